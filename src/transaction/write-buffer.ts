import { OrderedMap } from '#src/lib/ordered-map.ts'
import type { Entry, Key, KeyRange, Timestamp, Write } from '#src/storage/engine.ts'
import { TransactionTooLarge } from './errors.ts'

/** The `ts` of a transaction's own, uncommitted writes: after every commit. */
export const PENDING_TS: Timestamp = Number.MAX_SAFE_INTEGER

/** A buffered put (`value`) or delete (`undefined`). */
export interface PendingWrite {
  readonly key: Key
  readonly value: Uint8Array | undefined
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
    this.#grow(size(key, value) - (old ? size(key, old.value) : 0))
    const write = { key, value }
    this.#byKey.set(key, write)
    this.#ordered?.set(key, write)
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
    const writes: Write[] = [...this.#byKey.values()]
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
