/** The `Object` module (spec/stdlib.md §6). */

import * as fail from '#src/fql/errors/catalogue.ts'
import type { Context } from '#src/fql/eval/context.ts'
import { READ, requireEffect } from '#src/fql/eval/effect.ts'
import { notFound } from '#src/fql/eval/field-access.ts'
import { NativeDefinition, type NativeImplementation } from '#src/fql/eval/native.ts'
import { runtimeTypeOf } from '#src/fql/eval/runtime-type.ts'
import { NO_SPAN } from '#src/fql/syntax/span.ts'
import { DocValue, type MissingCause } from '#src/fql/values/document.ts'
import type { ModuleValue } from '#src/fql/values/module.ts'
import { display } from '#src/fql/values/text.ts'
import { typeName } from '#src/fql/values/type-name.ts'
import { isArray, ObjectValue, type Value } from '#src/fql/values/value.ts'
import { andThen, type Eventual } from '#src/lib/eventual.ts'
import { method } from './declare.ts'
import { declareModule } from './module.ts'
import { noValue } from './no-value.ts'

type Fields = ReadonlyMap<string, Value>
type AnyObject = ObjectValue | DocValue | ModuleValue

/** The fields of an object literal or of a document, which is read. */
function fieldsOf(ctx: Context, object: AnyObject, argument: string): Eventual<Fields> {
  if (object instanceof ObjectValue) return object.fields
  if (!(object instanceof DocValue))
    throw fail.invalidArgument(argument, 'expected either an object or a document')
  requireEffect(ctx.effect, READ, 'Reading a document')
  return andThen(ctx.host.contents(ctx, object), (contents) => {
    if (typeof contents === 'string') throw missingDocument(object, contents, argument)
    return contents
  })
}

function missingDocument(doc: DocValue, cause: MissingCause, argument: string) {
  const text =
    cause === 'permission denied' ? 'Null value, due to permission denied' : notFound(doc, cause).message
  return fail.invalidArgument(argument, text.charAt(0).toLowerCase() + text.slice(1))
}

const OBJECT = runtimeTypeOf({ kind: 'named', name: 'Object', span: NO_SPAN })

/** At run time all parameters take any object, whatever their static types say of its fields. */
function ofObjects(signature: string, implementation: NativeImplementation): NativeDefinition {
  const { name, overloads, effect } = method(signature, implementation)
  const widened = overloads.map((o) => ({
    ...o,
    signature: { ...o.signature, params: o.signature.params.map((p) => ({ ...p, type: OBJECT })) },
  }))
  return new NativeDefinition(name, widened, effect)
}

/** A function of the fields of its argument `object`. */
const ofFields = (signature: string, answer: (fields: Fields) => Value): NativeDefinition =>
  ofObjects(signature, (ctx, _self, object: AnyObject) => andThen(fieldsOf(ctx, object, 'object'), answer))

function assign(ctx: Context, _self: Value, destination: AnyObject, source: AnyObject): Eventual<Value> {
  return andThen(fieldsOf(ctx, destination, 'destination'), (into) =>
    andThen(fieldsOf(ctx, source, 'source'), (from) => {
      const fields = new Map(into)
      for (const [key, value] of from) fields.set(key, value)
      return new ObjectValue(fields)
    }),
  )
}

/** A pair of `fromEntries`, or the failure that says what is wrong with the i-th. */
function requireEntry(entry: Value, i: number): [string, Value] {
  const wrong = (reason: string) => fail.invalidArgument('entries', `${reason} at index ${i}`)
  if (!isArray(entry))
    throw wrong(`expected an array for each element of the outer array, but saw type ${typeName(entry)}`)
  if (entry.length !== 2) throw wrong(`expected inner array of length 2 but saw length ${entry.length}`)
  const [key, value] = entry as [Value, Value]
  if (typeof key === 'string') return [key, value]
  throw wrong(`expected a string for the first element of each inner array, but saw type ${typeName(key)}`)
}

const fromEntries = (_ctx: Context, _self: Value, entries: readonly Value[]): Value =>
  new ObjectValue(new Map(entries.map(requireEntry)))

/** Walks through nested object literals; undefined where the path ends before its last key. */
function walk(object: Value, path: readonly Value[]): Value | undefined {
  let at: Value | undefined = object
  for (const key of path) {
    if (typeof key !== 'string') throw fail.invalidArgument('path', 'expected an array of strings')
    at = at instanceof ObjectValue ? at.fields.get(key) : undefined
    if (at === undefined) return undefined
  }
  return at
}

export const objectModule = declareModule({
  name: 'Object',
  methods: [
    ofFields('keys(object: Any) => Array<String>', (fields) => [...fields.keys()]),
    ofFields('values(object: { *: A }) => Array<A>', (fields) => [...fields.values()]),
    ofFields('entries(object: { *: A }) => Array<[String, A]>', (fields) => [...fields]),
    method('fromEntries(entries: Array<[String, A]>) => { *: A }', fromEntries),
    ofObjects('assign(destination: { *: A }, source: { *: B }) => { *: A | B }', assign),
    method(
      'select(object: { *: Any }, path: Array<String>) => Any',
      (ctx, _self, object: ObjectValue, path: readonly Value[]) =>
        walk(object, path) ?? noValue(ctx, 'no value in object found at path'),
    ),
    method(
      'hasPath(object: { *: Any }, path: Array<String>) => Boolean',
      (_ctx, _self, object: ObjectValue, path: readonly Value[]) => walk(object, path) !== undefined,
    ),
    method('toString(object: Any) => String', (ctx, _self, object: Value) => display(ctx, object)),
  ],
})
