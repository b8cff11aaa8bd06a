/** Types compiled to tests: does a value fit? The common case of a write, in which nothing is to be reported. */

import { DocValue } from '#src/fql/values/document.ts'
import { Double, isArray, isNull, NULL, ObjectValue, type Value } from '#src/fql/values/value.ts'
import type { ScalarName, StoredObject, StoredType } from './stored-type.ts'
import { fitsInt } from './value-type.ts'

export type Test = (value: Value) => boolean

export const compileTest = (type: StoredType): Test => {
  switch (type.kind) {
    case 'any':
      return () => true
    case 'scalar':
      return SCALAR_TESTS[type.name]
    case 'literal':
      return literalTest(type.value)
    case 'array': {
      const element = compileTest(type.element)
      return (value) => isArray(value) && value.every(element)
    }
    case 'tuple': {
      const elements = type.elements.map(compileTest)
      return (value) =>
        isArray(value) && value.length === elements.length && value.every((v, i) => elements[i]!(v))
    }
    case 'object': {
      const test = compileFieldsTest(type)
      return (value) => value instanceof ObjectValue && test(value.fields)
    }
    case 'union': {
      const members = type.members.map(compileTest)
      return (value) => members.some((test) => test(value))
    }
    case 'document':
      return (value) => value instanceof DocValue && value.collection.collection?.id === type.collection
  }
}

const isTime = (value: Value): boolean =>
  typeof value === 'object' && !isArray(value) && (value.kind === 'time' || value.kind === 'transaction-time')

const hasKind =
  (kind: 'date' | 'bytes'): Test =>
  (value) =>
    typeof value === 'object' && !isArray(value) && value.kind === kind

const isInt: Test = (value) => typeof value === 'number' || (typeof value === 'bigint' && fitsInt(value))
const isLong: Test = (value) => typeof value === 'number' || typeof value === 'bigint'
const isDouble: Test = (value) => value instanceof Double

const SCALAR_TESTS: Readonly<Record<ScalarName, Test>> = {
  Null: isNull,
  Int: isInt,
  Long: isLong,
  Double: isDouble,
  Number: (value) => isLong(value) || isDouble(value),
  Boolean: (value) => typeof value === 'boolean',
  String: (value) => typeof value === 'string',
  Time: isTime,
  Date: hasKind('date'),
  Bytes: hasKind('bytes'),
}

const literalTest = (literal: boolean | bigint | string): Test =>
  typeof literal === 'bigint'
    ? (value) => (typeof value === 'number' || typeof value === 'bigint') && BigInt(value) === literal
    : (value) => value === literal

/** Absent fields are null ones. */
export const compileFieldsTest = ({
  fields,
  wildcard,
}: StoredObject): ((values: ReadonlyMap<string, Value>) => boolean) => {
  const tests = new Map([...fields].map(([name, f]) => [name, compileTest(f.type)]))
  const rest = wildcard && compileTest(wildcard)
  return (values) => {
    for (const [name, value] of values) {
      const test = tests.get(name) ?? rest
      if (test === undefined || !test(value)) return false
    }
    for (const [name, test] of tests) if (!values.has(name) && !test(NULL)) return false
    return true
  }
}
