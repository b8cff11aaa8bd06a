import type { DocContents } from '#src/fql/values/document.ts'
import { TimeValue, TRANSACTION_TIME, type Value } from '#src/fql/values/value.ts'
import type { Entry } from '#src/storage/engine.ts'
import { PENDING_TS } from '#src/transaction/write-buffer.ts'
import { type CollectionResolver, decodeVersion } from './value-codec.ts'

/** One version of a document. For user collections `fields` are the user data. */
export class DocumentVersion implements DocContents {
  /** Microseconds; undefined: written by this transaction. */
  readonly ts: number | undefined
  readonly ttl: TimeValue | undefined
  readonly fields: ReadonlyMap<string, Value>
  readonly internal: ReadonlyMap<string, Value>

  constructor(
    ts: number | undefined,
    ttl: TimeValue | undefined,
    fields: ReadonlyMap<string, Value>,
    internal: ReadonlyMap<string, Value> = new Map(),
  ) {
    this.ts = ts
    this.ttl = ttl
    this.fields = fields
    this.internal = internal
  }

  /** `ts` as documents show it; made once, for versions stay in memory and are shown again and again. */
  get time(): Value {
    this.shownTime ??= this.ts === undefined ? TRANSACTION_TIME : TimeValue.ofMicros(this.ts)
    return this.shownTime
  }
  private shownTime: Value | undefined
  /** Bytes in the store; 0: not from there. */
  size = 0

  isExpired(nowMicros: number): boolean {
    return this.ttl !== undefined && this.ttl.nanos <= BigInt(nowMicros) * 1000n
  }

  static decode(entry: Entry, resolve: CollectionResolver): DocumentVersion {
    const ts = entry.ts === PENDING_TS ? undefined : entry.ts
    const time = ts === undefined ? TRANSACTION_TIME : TimeValue.ofMicros(ts)
    const { ttl, fields, internal } = decodeVersion(entry.value, time, resolve)
    const version = new DocumentVersion(ts, ttl, fields, internal)
    version.size = entry.value.length
    return version
  }
}
