/**
 * Parsing of the texts that schema documents hold. They were validated when written, so a text that does not parse is a
 * fault of the store and throws.
 */
import { parseExpr as exprOf, parseLambda as lambdaOf, type ParseResult } from '#src/fql/syntax/parser.ts'
import type { Source } from '#src/fql/syntax/span.ts'
import type { Expr, LambdaExpr, TypeExpr } from '#src/fql/syntax/tree.ts'
import { parseFieldType } from './field-type.ts'

const inline = (text: string, name = '*schema*'): Source => ({ name, text })

const sure = <T>(result: ParseResult<T>, text: string): T => {
  if (!result.ok) throw new Error(`stored schema text does not parse: ${text}`)
  return result.value
}

export const parseExpr = (text: string): Expr => sure(exprOf(inline(text)), text)
export const parseLambda = (text: string): LambdaExpr => sure(lambdaOf(inline(text), { short: true }), text)
/** A field type, which may have defaults inside, or any other type. `source`: what failures call the text. */
export const parseType = (text: string, source?: string): TypeExpr =>
  sure(parseFieldType(inline(text, source)), text)
