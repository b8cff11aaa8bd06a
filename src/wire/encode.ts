import { encodeDecorated } from './encode-decorated.ts'
import { JsonEncoder } from './encode-json.ts'
import { jsonString } from './json-string.ts'
import type { Materialised } from './materialise.ts'

/** `x-format` (protocol §4). */
export type WireFormat = 'simple' | 'tagged' | 'decorated'

/** JSON text of a result. `ts`: commit time of its transaction, microseconds. */
export function encode(m: Materialised, format: WireFormat, ts: number): string {
  if (format === 'decorated') return jsonString(encodeDecorated(m, ts))
  return new JsonEncoder(m, format === 'tagged', ts).value(m.value)
}
