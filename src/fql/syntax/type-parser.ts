import { Grammar } from './grammar.ts'
import { type ParseResult, run } from './result.ts'
import type { Source } from './span.ts'
import type { TypeExpr, TypeScheme } from './tree.ts'

/** A whole text as a type (spec/language.md §1.8). */
export const parseType = (source: Source): ParseResult<TypeExpr> => whole(source, (g) => g.type())

/** A whole text as a stored signature, `<A, B> T`. */
export const parseTypeScheme = (source: Source): ParseResult<TypeScheme> =>
  whole(source, (g) => g.typeScheme())

const whole = <T>(source: Source, parse: (g: Grammar) => T): ParseResult<T> =>
  run(new Grammar(source), (g) => {
    g.nl()
    const value = parse(g)
    g.nl()
    g.end()
    return value
  })
