/** Bytes (spec/stdlib.md §4). */

import * as fail from '#src/fql/errors/catalogue.ts'
import type { Context } from '#src/fql/eval/context.ts'
import { BytesValue } from '#src/fql/values/value.ts'
import { method } from './declare.ts'
import { declareModule } from './module.ts'
import { valueType } from './value-type.ts'

const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/

/** Standard alphabet; the padding may be missing but must not be wrong. Undefined: not base64. */
function decodeBase64(text: string): Uint8Array | undefined {
  if (!BASE64.test(text)) return undefined
  const data = text.replace(/=+$/, '')
  if (data.length % 4 === 1 || (data.length < text.length && text.length % 4 !== 0)) return undefined
  return new Uint8Array(Buffer.from(data, 'base64'))
}

function fromBase64(_ctx: Context, _self: unknown, encoded: string): BytesValue {
  const bytes = decodeBase64(encoded)
  if (!bytes) throw fail.invalidArgument('encoded', 'expected a base64 string')
  return new BytesValue(bytes)
}

export const bytesType = valueType({
  name: 'Bytes',
  methods: [
    method('toBase64() => String', (_ctx, self: BytesValue) => Buffer.from(self.bytes).toString('base64')),
  ],
})
export const bytesModule = declareModule({
  name: 'Bytes',
  apply: method('apply(encoded: String) => Bytes', fromBase64),
  methods: [method('fromBase64(encoded: String) => Bytes', fromBase64)],
})
