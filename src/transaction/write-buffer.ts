import { OrderedMap } from '#src/lib/ordered-map.ts'
import type { Entry, Key, KeyRange, Timestamp, Write } from '#src/storage/engine.ts'
import { TransactionTooLarge } from './errors.ts'

/** The `ts` of a transaction's own, uncommitted writes: after every commit. */
export const PENDING_TS: Timestamp = Number.MAX_SAFE_INTEGER

/** A buffered put (`value`) or delete (`undefined`). */
export interface PendingWrite {
  readonly key: Key
  readonly value: Uint8Array | undefined
  /** The key that it will have; `key` stands in for it until then. */
  readonly keyAt?: (ts: Timestamp) => Key
}

/** What a transaction has written so far and not committed, in order of keys. */
export class WriteBuffer {
  readonly #limit: number
  readonly #byKey = new Map<Key, PendingWrite>()
  /** Values by prefix. */
  readonly #stamped = new Map<Key, Uint8Array[]>()
  /** Made when the first scan asks for it: most transactions write a few keys and never scan after. */
  #ordered: OrderedMap<PendingWrite> | undefined
  #bytes = 0

  constructor(limit: number) {
    this.#limit = limit
  }

  /** Keys and values, in bytes. */
  get bytes(): number {
    return this.#bytes
  }

  get count(): number {
    return this.#byKey.size + this.#stamped.size
  }

  get hasKeys(): boolean {
    return this.#byKey.size > 0
  }

  get(key: Key): PendingWrite | undefined {
    return this.#byKey.get(key)
  }

  set(key: Key, value: Uint8Array | undefined): void {
    const old = this.#byKey.get(key)
    if (old?.keyAt && !value) this.#forget(old)
    else this.#put({ key, value }, old)
  }

  /** A put whose key only its commit decides; until then it is found under `key`. */
  setDated(key: Key, value: Uint8Array, keyAt: (ts: Timestamp) => Key): void {
    this.#put({ key, value, keyAt }, this.#byKey.get(key))
  }

  #put(write: PendingWrite, old: PendingWrite | undefined): void {
    this.#grow(size(write.key, write.value) - (old ? size(old.key, old.value) : 0))
    this.#byKey.set(write.key, write)
    this.#ordered?.set(write.key, write)
  }

  /** There is nothing to be deleted under the key of a dated put. */
  #forget({ key, value }: PendingWrite): void {
    this.#bytes -= size(key, value)
    this.#byKey.delete(key)
    this.#ordered?.delete(key)
  }

  addStamped(stampedPrefix: Key, value: Uint8Array): void {
    const values = this.#stamped.get(stampedPrefix)
    this.#grow(values ? value.length : size(stampedPrefix, value) + 8)
    if (values) values.push(value)
    else this.#stamped.set(stampedPrefix, [value])
  }

  #grow(bytes: number): void {
    if (this.#bytes + bytes > this.#limit) throw new TransactionTooLarge(this.#bytes + bytes, this.#limit)
    this.#bytes += bytes
  }

  /** Visits the writes in the range in order, or backwards, until `visit` answers false. */
  visit(range: KeyRange, reverse: boolean, visit: (write: PendingWrite) => boolean): void {
    this.#inOrder().visit(range.start, range.end, reverse, (_, write) => visit(write))
  }

  #inOrder(): OrderedMap<PendingWrite> {
    if (!this.#ordered) {
      this.#ordered = new OrderedMap()
      for (const write of this.#byKey.values()) this.#ordered.set(write.key, write)
    }
    return this.#ordered
  }

  toWrites(): Write[] {
    const writes: Write[] = []
    for (const { key, value, keyAt } of this.#byKey.values())
      writes.push(keyAt && value ? { keyAt, value } : { key, value })
    for (const [stampedPrefix, values] of this.#stamped) writes.push({ stampedPrefix, value: joined(values) })
    return writes
  }
}

const joined = (values: readonly Uint8Array[]): Uint8Array =>
  values.length === 1 ? (values[0] as Uint8Array) : Buffer.concat(values)

const size = (key: Key, value: Uint8Array | undefined): number => key.length + (value?.length ?? 0)

/** The entry that a pending write makes; none if it deletes. */
export const pendingEntry = (write: PendingWrite): Entry | undefined =>
  write.value && { key: write.key, value: write.value, ts: PENDING_TS }
