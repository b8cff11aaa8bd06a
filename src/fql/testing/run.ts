/** Runs FQL without a store, for tests: documents come from a list. */

import { QueryFailure } from '#src/fql/errors/failure.ts'
import { compileQuery } from '#src/fql/eval/compile.ts'
import { Context } from '#src/fql/eval/context.ts'
import type { Host } from '#src/fql/eval/host.ts'
import { declareType } from '#src/fql/stdlib/declare.ts'
import { parseQuery } from '#src/fql/syntax/parser.ts'
import type { DocValue, MissingCause } from '#src/fql/values/document.ts'
import { ModuleValue } from '#src/fql/values/module.ts'
import { debug } from '#src/fql/values/text.ts'
import { IdValue, type Value } from '#src/fql/values/value.ts'
import { andThen, type Eventual } from '#src/lib/eventual.ts'

export const SNAPSHOT = 1_700_000_000_000_000

/** A collection object without a store behind it. */
export const fakeCollection = (name: string, id: number, named = false): ModuleValue => {
  const module: ModuleValue = new ModuleValue(name, declareType({ name, typeName: `${name}Collection` }), {
    id,
    name,
    named,
    user: !named,
    get module() {
      return module
    },
    documentType: declareType({ name }),
  })
  return module
}

export const POT = fakeCollection('Pot', 7)
export const COLLECTION = fakeCollection('Collection', 1, true)

/** Fields of `Pot` documents by id; `later` makes reads answer with promises. */
export interface World {
  readonly pots?: Readonly<Record<string, Readonly<Record<string, Value>>>>
  readonly missing?: MissingCause
  readonly later?: boolean
  readonly snapshotTs?: number
  readonly globals?: Readonly<Record<string, Value>>
}

const fieldsOf = (world: World, doc: DocValue): ReadonlyMap<string, Value> | undefined => {
  const fields = doc.collection === POT ? world.pots?.[String(doc.key)] : undefined
  if (!fields) return undefined
  const id = typeof doc.key === 'bigint' ? new IdValue(doc.key) : doc.key
  return new Map<string, Value>([['id', id], ['coll', doc.collection], ...Object.entries(fields)])
}

function fakeHost(world: World = {}): Host {
  const soon = <T>(v: T): Eventual<T> => (world.later ? Promise.resolve(v) : v)
  const cause = (doc: DocValue): MissingCause => doc.missing ?? world.missing ?? 'not found'
  const globals: Readonly<Record<string, Value>> = { Pot: POT, ...world.globals }
  const host: Partial<Host> = {
    snapshotTs: world.snapshotTs ?? SNAPSHOT,
    global: (name) => (Object.hasOwn(globals, name) ? globals[name] : undefined),
    systemCollection: (name) => (name === 'Collection' ? COLLECTION : undefined),
    missing: (_ctx, doc) => soon(fieldsOf(world, doc) ? undefined : cause(doc)),
    field: (_ctx, doc, name) => soon(fieldsOf(world, doc)?.get(name)),
    contents: (_ctx, doc) => soon(fieldsOf(world, doc) ?? cause(doc)),
  }
  return host as Host
}

export const fakeContext = (world?: World): Context => new Context(fakeHost(world), { label: 'test' })

/** The value of a query. */
export function evaluate(
  text: string,
  ctx: Context = fakeContext(),
  variables: Readonly<Record<string, Value>> = {},
): Eventual<Value> {
  const parsed = parseQuery({ name: '*query*', text })
  if (!parsed.ok) throw new Error(parsed.errors.map((e) => e.message).join('; '))
  return compileQuery(parsed.value, Object.keys(variables)).run(ctx, Object.values(variables))
}

/** The debug text of a query's value, or `code: message` of its failure. */
export async function show(
  text: string,
  ctx: Context = fakeContext(),
  variables: Readonly<Record<string, Value>> = {},
): Promise<string> {
  try {
    return await andThen(evaluate(text, ctx, variables), (v) => debug(ctx, v))
  } catch (error) {
    if (error instanceof QueryFailure) return `${error.code}: ${error.message}`
    throw error
  }
}
