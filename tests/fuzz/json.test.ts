/** Texts of requests: read as JSON exactly when they are, and values of any shape are decoded or refused. */

import { JsonError, parseJson } from '#src/server/json-parser.ts'
import { decodeSimple, decodeTagged, InvalidValue } from '#src/wire/decode.ts'
import { pick, type Random } from '../concurrency/workload.ts'
import { hunt } from './hunt.ts'
import { randomText } from './texts.ts'

const TAGS =
  '@int @long @double @time @date @bytes @uuid @object @mod @doc @ref @set @stream @unknown @ a'.split(' ')
const SCALARS = [
  ...'"1" "" "x" "-0" "2147483648" "9223372036854775808" "1e400" "NaN" "Infinity" "2020-02-30" "AAAA" "A:1"'.split(
    ' ',
  ),
  ...'"2020-01-01T00:00:00Z" "+999999999-12-31T23:59:59.999999999Z" "Math" "Token" null true false 0 -1 1.5'.split(
    ' ',
  ),
  ...'9223372036854775807 9223372036854775808 -9223372036854775809 1e309 -0.0 1E+2 "\\ud800" "\\u0000" "é"'.split(
    ' ',
  ),
]

function randomJson(random: Random, depth = 0): string {
  const dice = random()
  if (depth > 5 || dice < 0.3) return pick(random, SCALARS)
  const inner = () => randomJson(random, depth + 1)
  if (dice < 0.6) return `{"${pick(random, TAGS)}":${inner()}}`
  const some = Array.from({ length: Math.floor(random() * 4) }, inner)
  if (dice < 0.75) return `[${some.join(',')}]`
  const key = () => pick(random, ['coll', 'id', 'name', '__proto__', 'constructor', '@int', '', 'a'])
  return `{${some.map((v) => `"${key()}":${v}`).join(', ')}}`
}

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

/** Integers beyond 64 bits are no numbers here. */
const LONG_INTEGER = /\d{19}/

function check(text: string): void {
  let json: ReturnType<typeof parseJson>
  try {
    json = parseJson(text)
  } catch (error) {
    if (!(error instanceof JsonError)) throw error
    if (error.reason === 'syntax' && isJson(text) && !LONG_INTEGER.test(text)) throw new Error('refused')
    return
  }
  if (!isJson(text)) throw new Error('accepted')
  decodeSimple(json)
  try {
    decodeTagged(
      json,
      () => undefined,
      () => {},
    )
  } catch (error) {
    if (!(error instanceof InvalidValue)) throw error
  }
}

hunt({
  target: 'json',
  inputs: 5000,
  share: 0.1,
  make: (random) =>
    random() < 0.4 ? randomJson(random) : randomText(random, [randomJson(random), randomJson(random)]),
  check,
})
