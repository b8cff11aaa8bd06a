/** Fields of system documents whose values have a structure: their types written in FQL, and stored lambdas in them. */
import { renderAll } from '#src/fql/errors/render.ts'
import { parseLambda } from '#src/fql/syntax/parser.ts'
import type { LambdaExpr } from '#src/fql/syntax/tree.ts'
import { parseType } from '#src/fql/syntax/type-parser.ts'
import type { Value } from '#src/fql/values/value.ts'
import { checkFields, toFailure } from '#src/schema/enforce/failures.ts'
import { type StoredObject, storedType } from '#src/schema/enforce/stored-type.ts'
import type { Path } from '../collection.ts'
import type { Failure } from '../native-collection.ts'

/** The fields of an object type, `{ a: String, b: Int | Null }`. Throws when the text is none. */
export function shape(text: string): StoredObject {
  const parsed = parseType({ name: '*shape*', text })
  const type = parsed.ok ? storedType(parsed.value, () => undefined) : undefined
  if (type?.kind !== 'object') throw new Error(`not an object type: ${text}`)
  return type
}

/** Where those fields of a document that the shape names do not have its types. */
export function shapeFailures(type: StoredObject, fields: ReadonlyMap<string, Value>): Failure[] {
  const named = new Map([...fields].filter(([name]) => type.fields.has(name)))
  return checkFields(type, (name) => [name], named)
    .map(toFailure)
    .map(({ paths: [path = []], message }) => ({ path, message }))
}

/** Counts of parameters and how a failure names them; undefined: any number. */
export interface LambdaArity {
  readonly counts: readonly number[]
  readonly text: string
}

export const EXACTLY_ONE: LambdaArity = { counts: [1], text: 'exactly 1 argument' }

/** A text that is not a lambda, or one of another arity (spec/roles.md §1.2). Only named parameters count. */
export function lambdaFailures(
  path: Path,
  text: Value | undefined,
  arity: LambdaArity | undefined,
): Failure[] {
  if (typeof text !== 'string') return []
  const parsed = parseLambda({ name: `*${path.at(-1)}*`, text }, { short: true })
  if (!parsed.ok) return [{ path, message: `Unable to parse FQL source code.\n${renderAll(parsed.errors)}` }]
  const count = parameters(parsed.value)
  if (!arity || arity.counts.includes(count)) return []
  const defined = `the function was defined with ${count} arguments`
  return [{ path, message: `Invalid function arity. Expected ${arity.text}, but ${defined}` }]
}

const parameters = (lambda: LambdaExpr): number => (lambda.short ? 1 : lambda.params.length)
