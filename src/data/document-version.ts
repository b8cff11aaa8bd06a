import type { DocContents } from '#src/fql/values/document.ts'
import type { ListedFields } from '#src/fql/values/listed-fields.ts'
import { TimeValue, TRANSACTION_TIME, type Value } from '#src/fql/values/value.ts'
import type { Entry, Key } from '#src/storage/engine.ts'
import { PENDING_TS } from '#src/transaction/write-buffer.ts'
import { type CollectionResolver, decodeField, decodeTtl, decodeVersion } from './value-codec.ts'

type Fields = ReadonlyMap<string, Value>

const NOTHING: Fields = new Map()
/** Fields that are read one by one before all are. */
const FEW = 3

/** What a version is decoded from when it is asked for. */
interface Encoded {
  readonly bytes: Uint8Array
  readonly resolve: CollectionResolver
}

/** One version of a document. For user collections `fields` are the user data. */
export class DocumentVersion implements DocContents {
  /** Microseconds; undefined: written by this transaction. */
  readonly ts: number | undefined
  readonly ttl: TimeValue | undefined
  private decodedFields: Fields | undefined
  private decodedInternal: Fields | undefined
  private readonly encoded: Encoded | undefined
  private asked = 0

  constructor(
    ts: number | undefined,
    ttl: TimeValue | undefined,
    fields: Fields | undefined,
    internal: Fields = NOTHING,
    encoded?: Encoded,
  ) {
    this.ts = ts
    this.ttl = ttl
    this.decodedFields = fields
    this.decodedInternal = fields && internal
    this.encoded = encoded
  }

  get fields(): Fields {
    return this.decodedFields ?? this.decode().fields
  }
  get internal(): Fields {
    return this.decodedInternal ?? this.decode().internal
  }

  /** One of the fields; spares decoding the others when few are asked for. */
  field(name: string): Value | undefined {
    const { decodedFields, encoded } = this
    if (decodedFields || !encoded || this.asked >= FEW || !isAscii(name)) return this.fields.get(name)
    this.asked++
    return decodeField(encoded.bytes, name, this)
  }

  /** Finds collections of references. */
  get resolve(): CollectionResolver {
    return (this.encoded as Encoded).resolve
  }

  private decode(): { fields: Fields; internal: Fields } {
    const { bytes, resolve } = this.encoded as Encoded
    const { fields, internal } = decodeVersion(bytes, this.time, resolve)
    this.decodedFields = fields
    this.decodedInternal = internal
    return { fields, internal }
  }

  /** `ts` as documents show it; made once, for versions stay in memory and are shown again and again. */
  get time(): Value {
    this.shownTime ??= this.ts === undefined ? TRANSACTION_TIME : TimeValue.ofMicros(this.ts)
    return this.shownTime
  }
  private shownTime: Value | undefined
  /** All fields as users see them, once that has been asked, if they are the same for all. */
  listed: ListedFields | undefined = undefined
  /** Where it is in the store, and the bytes that it has there; undefined and 0: not from there. */
  key: Key | undefined = undefined
  size = 0

  isExpired(nowMicros: number): boolean {
    return this.ttl !== undefined && this.ttl.nanos <= BigInt(nowMicros) * 1000n
  }

  static decode(entry: Entry, resolve: CollectionResolver): DocumentVersion {
    const ts = commitTime(entry)
    const time = ts === undefined ? TRANSACTION_TIME : TimeValue.ofMicros(ts)
    const { ttl, fields, internal } = decodeVersion(entry.value, time, resolve)
    return new DocumentVersion(ts, ttl, fields, internal).storedAs(entry)
  }

  /** Decoded as far as it is asked for. Holds on to the entry's bytes: for versions that do not live long. */
  static open(entry: Entry, resolve: CollectionResolver): DocumentVersion {
    const { value } = entry
    const encoded = { bytes: value, resolve }
    const ttl = decodeTtl(value)
    return new DocumentVersion(commitTime(entry), ttl, undefined, undefined, encoded).storedAs(entry)
  }

  storedAs({ key, value }: Entry): this {
    this.key = key
    this.size = value.length
    return this
  }
}

const commitTime = ({ ts }: Pick<Entry, 'ts'>): number | undefined => (ts === PENDING_TS ? undefined : ts)

function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 127) return false
  return true
}
