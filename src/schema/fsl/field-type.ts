/** The type of a defined field as text: `Int`, `{ a: String = "x" }`. */
import { Grammar, type ParseResult, run } from '#src/fql/syntax/parser.ts'
import type { Source } from '#src/fql/syntax/span.ts'
import type { TypeExpr } from '#src/fql/syntax/tree.ts'
import { checkDefaults } from './default-values.ts'

/** Members of plain object types may have defaults (spec/schema.md §1.4). */
export const parseFieldType = (source: Source): ParseResult<TypeExpr> =>
  run(new Grammar(source), (grammar) => {
    grammar.nl()
    const type = grammar.typeWithDefaults()
    grammar.nl()
    grammar.end()
    checkDefaults(type, undefined, ({ message, span, ...details }) => grammar.report(message, span, details))
    return type
  })
