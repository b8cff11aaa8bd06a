/** What the documents of a collection may hold (spec/schema.md §7.1, §7.3, §7.4). */
import type { ConstraintFailure } from '#src/fql/errors/failure.ts'
import type { Expr } from '#src/fql/syntax/tree.ts'
import { isArray, ObjectValue, type Value } from '#src/fql/values/value.ts'
import { andThen, type Eventual, mapInOrder } from '#src/lib/eventual.ts'
import type { CollectionItem, Field } from '../model/items.ts'
import { compileFieldsTest } from './accepts.ts'
import { checkFields, type Path, toFailure } from './failures.ts'
import {
  ANY_TYPE,
  type CollectionLookup,
  NULL_TYPE,
  type StoredField,
  type StoredObject,
  type StoredType,
  storedType,
} from './stored-type.ts'

export type FieldValues = ReadonlyMap<string, Value>

/** Gives the value of a default. The path is that of the field. Throws the failure of the write when it cannot. */
export type DefaultEvaluator = (value: Expr, path: Path) => Eventual<Value>

/** Meta fields that `createData` and the like may put beside user fields: their failures keep the prefix `data`. */
const META_FIELDS: ReadonlySet<string> = new Set(['id', 'ts', 'ttl'])

const pathOf = (name: string): Path => (META_FIELDS.has(name) ? ['data', name] : [name])

/** The declared shape of a collection's documents, compiled once per schema version. */
export class DocumentShape {
  readonly #type: StoredObject
  readonly #accepts: (values: FieldValues) => boolean
  readonly #hasDefaults: boolean

  constructor(type: StoredObject) {
    this.#type = type
    this.#accepts = compileFieldsTest(type)
    this.#hasDefaults = fillsIn(type)
  }

  /** Anything may be stored: no fields are declared. */
  get isOpen(): boolean {
    return this.#type.fields.size === 0 && this.#type.wildcard !== undefined
  }

  /** All failures of the user fields of a document, absent and null fields being the same; [] when it may be stored. */
  failures(values: FieldValues): ConstraintFailure[] {
    return this.#accepts(values) ? [] : checkFields(this.#type, pathOf, values).map(toFailure)
  }

  /** Fills in the defaults of absent fields, for `create` and `replace`. A field that is null is not absent. */
  withDefaults(values: FieldValues, evaluate: DefaultEvaluator): Eventual<FieldValues> {
    return this.#hasDefaults ? fillFields(values, this.#type, [], evaluate) : values
  }
}

/** The shape that the fields of a collection declare. A type that cannot be stored accepts only absent values. */
export const documentShape = (
  collection: Pick<CollectionItem, 'fields'>,
  lookup: CollectionLookup,
): DocumentShape => {
  const fields = new Map<string, StoredField>()
  for (const field of collection.fields) {
    if (field.kind !== 'defined') continue
    fields.set(field.name.text, { type: storedType(field.type, lookup) ?? NULL_TYPE, default: field.default })
  }
  return new DocumentShape({
    kind: 'object',
    fields,
    wildcard: isOpenEnded(collection.fields) ? ANY_TYPE : undefined,
  })
}

/** A wildcard is declared, or nothing is. */
const isOpenEnded = (fields: readonly Field[]): boolean =>
  fields.some((f) => f.kind === 'wildcard') || fields.every((f) => f.kind === 'computed')

// ---------------------------------------------------------------- defaults

/** Whether absent parts of the type's values may be filled in. */
const fillsIn = (type: StoredType): boolean => {
  switch (type.kind) {
    case 'object':
      return [...type.fields.values()].some(
        (f) => f.default !== undefined || f.type.kind === 'object' || fillsIn(f.type),
      )
    case 'array':
      return fillsIn(type.element)
    default:
      return false
  }
}

const fill = (value: Value, type: StoredType, path: Path, evaluate: DefaultEvaluator): Eventual<Value> => {
  if (!fillsIn(type)) return value
  if (type.kind === 'object' && value instanceof ObjectValue) {
    return andThen(fillFields(value.fields, type, path, evaluate), (fields) => new ObjectValue(fields))
  }
  if (type.kind === 'array' && isArray(value)) {
    return mapInOrder(value, (element, i) => fill(element, type.element, [...path, i], evaluate))
  }
  return value
}

type Entry = readonly [name: string, value: Value]

/** Given fields keep their order; filled in ones follow. An absent object is made when its members can fill it. */
const fillFields = (
  values: FieldValues,
  { fields, wildcard }: StoredObject,
  path: Path,
  evaluate: DefaultEvaluator,
): Eventual<FieldValues> => {
  const given = mapInOrder([...values], ([name, value]) => {
    const filled = fill(value, fields.get(name)?.type ?? wildcard ?? ANY_TYPE, [...path, name], evaluate)
    return andThen(filled, (v): Entry => [name, v])
  })
  const absent = [...fields].filter(([name]) => !values.has(name))
  return andThen(given, (before) => {
    const added = mapInOrder(absent, ([name, field]) =>
      andThen(absentValue(field, [...path, name], evaluate), (v): Entry[] =>
        v === undefined ? [] : [[name, v]],
      ),
    )
    return andThen(added, (after) => new Map([...before, ...after.flat()]))
  })
}

const absentValue = (
  field: StoredField,
  path: Path,
  evaluate: DefaultEvaluator,
): Eventual<Value | undefined> => {
  if (field.default !== undefined) return evaluate(field.default, path)
  if (field.type.kind !== 'object') return undefined
  return andThen(fillFields(new Map(), field.type, path, evaluate), (fields) => new ObjectValue(fields))
}
