/** What is wrong with a collection document on its own (spec/schema.md §4.1); the whole schema is checked at the end. */
import { parseExpr } from '#src/fql/syntax/parser.ts'
import type { Expr } from '#src/fql/syntax/tree.ts'
import { ObjectValue, type Value } from '#src/fql/values/value.ts'
import { andThen, type Eventual, eachIndex } from '#src/lib/eventual.ts'
import { collectionDocumentFailures } from '#src/schema/model/collection-failures.ts'
import { evaluateDefault } from '../defaults.ts'
import type { Operation } from '../failures.ts'
import type { Failure, NativeWrite } from '../native-collection.ts'
import { objectField, textField } from '../schema-model.ts'
import { shownFields } from './collection-definition.ts'
import { namespaceFailures } from './namespace.ts'

/** All failures that need no evaluation. */
export function collectionFailures(write: NativeWrite): Eventual<Failure[]> {
  const { host, before, after } = write
  if (!after) return []
  const shown = before && shownFields(host, before)
  return andThen(namespaceFailures(write), (names) => [
    ...names,
    ...collectionDocumentFailures(after.fields, shown),
  ])
}

/** Evaluates every default once, so that one that cannot work is refused with its definition (spec/schema.md §7.4). */
export function tryDefaults({ ctx, after }: NativeWrite, operation: Operation): Eventual<void> {
  const defaults = [...objectField(after?.fields ?? new Map(), 'fields')].flatMap(([name, f]) => {
    const expr = defaultOf(name, f)
    return expr ? [[name, expr] as const] : []
  })
  return eachIndex(defaults.length, (i) => {
    const [name, expr] = defaults[i] as (typeof defaults)[number]
    return andThen(evaluateDefault(ctx, operation, expr, [name]), () => undefined)
  })
}

function defaultOf(name: string, field: Value): Expr | undefined {
  const text = field instanceof ObjectValue ? textField(field.fields, 'default') : undefined
  const parsed = text === undefined ? undefined : parseExpr({ name: `*field:${name}*`, text })
  return parsed?.ok ? parsed.value : undefined
}
