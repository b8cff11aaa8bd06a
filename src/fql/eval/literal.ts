import type { Literal } from '#src/fql/syntax/tree.ts'
import { Double, nullLiteral, type Value } from '#src/fql/values/value.ts'
import { normalise } from './operators.ts'

/** Int, else Long, else the nearest Double; a float literal is always a Double (spec/language.md §1.3). */
export function literalValue(e: Literal): Value {
  switch (e.kind) {
    case 'null':
      return nullLiteral(e.span)
    case 'int':
      return normalise(e.value)
    case 'float':
      return new Double(Number(e.text))
    default:
      return e.value
  }
}
