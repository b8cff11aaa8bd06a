/** Why a value does not fit a type: the failures of a write (spec/schema.md §7.3). */
import type { ConstraintFailure } from '#src/fql/errors/failure.ts'
import { DocValue } from '#src/fql/values/document.ts'
import { isArray, isNull, NULL, ObjectValue, type Value } from '#src/fql/values/value.ts'
import { compileTest } from './accepts.ts'
import { isNullable, printStoredType, type StoredObject, type StoredType } from './stored-type.ts'
import { typeOfValue } from './value-type.ts'

export type Path = readonly (string | number)[]

/** A failure before it is put into words: unions weigh the failures of their members. */
type Mismatch =
  | {
      readonly kind: 'type'
      readonly path: Path
      readonly expected: StoredType
      readonly provided: StoredType
    }
  | { readonly kind: 'unexpected'; readonly path: Path }
  | { readonly kind: 'missing'; readonly path: Path; readonly expected: StoredType; readonly field: string }
  | {
      readonly kind: 'missing-in-union'
      readonly path: Path
      readonly missing: readonly (readonly string[])[]
    }
  | { readonly kind: 'arity'; readonly path: Path }
  | { readonly kind: 'collection'; readonly path: Path; readonly expected: StoredType }

export const toFailure = (m: Mismatch): ConstraintFailure => ({ paths: [m.path], message: messageOf(m) })

const messageOf = (m: Mismatch): string => {
  switch (m.kind) {
    case 'type':
      return `Expected ${printStoredType(m.expected)}, provided ${printStoredType(m.provided)}`
    case 'unexpected':
      return 'Unexpected field provided'
    case 'missing':
      return `Missing required field of type ${printStoredType(m.expected)}`
    case 'missing-in-union':
      return `Union requires fields ${alternatives(m.missing.map((names) => `[${names.join(', ')}]`))}`
    case 'arity':
      return 'Invalid tuple arity'
    case 'collection':
      return `Expected ${printStoredType(m.expected)} document, provided document from another collection`
  }
}

const alternatives = (texts: readonly string[]): string =>
  texts.length < 3 ? texts.join(' or ') : `${texts.slice(0, -1).join(', ')}, or ${texts.at(-1)}`

const mismatch = (type: StoredType, path: Path, value: Value): Mismatch[] => [
  { kind: 'type', path, expected: type, provided: typeOfValue(value) },
]

export const checkValue = (type: StoredType, path: Path, value: Value): Mismatch[] => {
  switch (type.kind) {
    case 'object':
      return value instanceof ObjectValue
        ? checkFields(type, (name) => [...path, name], value.fields)
        : mismatch(type, path, value)
    case 'array':
      return isArray(value) ? checkElements(() => type.element, path, value) : mismatch(type, path, value)
    case 'tuple':
      if (!isArray(value)) return mismatch(type, path, value)
      if (value.length !== type.elements.length) return [{ kind: 'arity', path }]
      return checkElements((i) => type.elements[i]!, path, value)
    case 'union':
      return checkUnion(type, path, value)
    default:
      return compileTest(type)(value) ? [] : scalarMismatch(type, path, value)
  }
}

const scalarMismatch = (type: StoredType, path: Path, value: Value): Mismatch[] => {
  if (type.kind === 'document' && value instanceof DocValue)
    return [{ kind: 'collection', path, expected: type }]
  // `"a" expected, "b" provided` says more than `"a" expected, String provided`.
  if (type.kind === 'literal' && typeof type.value === typeof value && typeof type.value !== 'bigint') {
    return [
      { kind: 'type', path, expected: type, provided: { kind: 'literal', value: value as string | boolean } },
    ]
  }
  return mismatch(type, path, value)
}

const checkElements = (typeAt: (i: number) => StoredType, path: Path, values: readonly Value[]): Mismatch[] =>
  values.flatMap((value, i) => checkValue(typeAt(i), [...path, i], value))

/** Fields in the order given, then those that are absent. */
export const checkFields = (
  { fields, wildcard }: StoredObject,
  pathOf: (name: string) => Path,
  values: ReadonlyMap<string, Value>,
): Mismatch[] => {
  const given = [...values].flatMap(([name, value]): Mismatch[] => {
    const type = fields.get(name)?.type ?? wildcard
    return type ? checkField(type, pathOf(name), name, value) : [{ kind: 'unexpected', path: pathOf(name) }]
  })
  const absent = [...fields].flatMap(([name, { type }]) =>
    values.has(name) ? [] : checkField(type, pathOf(name), name, NULL),
  )
  return [...given, ...absent]
}

const samePath = (a: Path, b: Path): boolean => a.length === b.length && a.every((e, i) => e === b[i])

/** Null where a value must be is a missing field. */
const checkField = (type: StoredType, path: Path, field: string, value: Value): Mismatch[] => {
  const found = checkValue(type, path, value)
  const [only] = found
  const missing = found.length === 1 && only!.kind === 'type' && samePath(only!.path, path) && isNull(value)
  if (!missing) return found
  return isNullable(type) ? [] : [{ kind: 'missing', path, expected: type, field }]
}

// ---------------------------------------------------------------- unions

const checkUnion = (union: StoredType & { kind: 'union' }, path: Path, value: Value): Mismatch[] => {
  const checks = union.members.map((member) => checkValue(member, path, value))
  if (checks.some((c) => c.length === 0)) return []
  return structuralMismatch(checks, path) ?? wholeMismatch(checks, union, path, value)
}

/**
 * The failures inside of the value say more than that no member fits, when they are clear: fields that no member has,
 * fields that every member misses, or only one member whose shape is like that of the value.
 */
const structuralMismatch = (checks: readonly Mismatch[][], path: Path): Mismatch[] | undefined => {
  const inside = checks.filter((c) => c.every((m) => !samePath(m.path, path)))
  const unexpected = unexpectedInAll(inside, checks.length)
  const missing = missingInEach(inside)
  const found =
    missing.length === 0 || missing.some((m) => m.length === 0)
      ? unexpected
      : [...unexpected, missingOf(missing, path)]
  if (found.length > 0) return found
  if (inside.length === 1) return inside[0]
  const shaped = inside.filter((c) => c.every((m) => m.kind !== 'unexpected' && m.kind !== 'missing'))
  return shaped.length === 1 ? shaped[0] : undefined
}

const unexpectedInAll = (checks: readonly Mismatch[][], members: number): Mismatch[] => {
  const unexpected = checks.flat().filter((m) => m.kind === 'unexpected')
  const groups = Map.groupBy(unexpected, (m) => JSON.stringify(m.path))
  return [...groups.values()].filter((g) => g.length === members).map((g) => g[0]!)
}

type Missing = Mismatch & { kind: 'missing' }

/** For each member the fields that it misses, each set of fields once. */
const missingInEach = (checks: readonly Mismatch[][]): Missing[][] => {
  const sets = new Map<string, Missing[]>()
  for (const check of checks) {
    const missing = check.filter((m) => m.kind === 'missing')
    const key = JSON.stringify(missing.map((m) => m.path))
    if (!sets.has(key)) sets.set(key, missing)
  }
  return [...sets.values()]
}

const missingOf = (missing: readonly Missing[][], path: Path): Mismatch =>
  missing.length === 1 && missing[0]!.length === 1
    ? missing[0]![0]!
    : { kind: 'missing-in-union', path, missing: missing.map((set) => set.map((m) => m.field)) }

/** The first member decides how precisely the provided value is named. */
const wholeMismatch = (
  checks: readonly Mismatch[][],
  expected: StoredType,
  path: Path,
  value: Value,
): Mismatch[] => {
  const first = checks.flat()[0]
  const provided = first?.kind === 'type' && samePath(first.path, path) ? first.provided : typeOfValue(value)
  return [{ kind: 'type', path, expected, provided }]
}
