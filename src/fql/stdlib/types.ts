import type { TypeDefinition } from '#src/fql/eval/type-definition.ts'
import type { DocValue } from '#src/fql/values/document.ts'
import type { ModuleValue } from '#src/fql/values/module.ts'
import { type Kind, kindOf, type Value } from '#src/fql/values/value.ts'
import { arrayType } from './array.ts'
import { booleanType } from './boolean.ts'
import { bytesType } from './bytes.ts'
import { dateType } from './date.ts'
import { eventSourceType } from './event-source.ts'
import { functionType, lambdaType, userFunctionType } from './function.ts'
import { idType } from './id.ts'
import { nullType } from './null.ts'
import { doubleType, floatType, intType, longType, numberType } from './number.ts'
import { setType } from './set.ts'
import { cursorType } from './set-cursor.ts'
import { stringType } from './string.ts'
import { structType } from './struct.ts'
import { timeType } from './time.ts'
import { transactionTimeType } from './transaction-time.ts'
import { uuidType } from './uuid.ts'

const BY_KIND: Readonly<Record<Exclude<Kind, 'doc' | 'module'>, TypeDefinition>> = {
  int: intType,
  long: longType,
  double: doubleType,
  string: stringType,
  boolean: booleanType,
  array: arrayType,
  null: nullType,
  bytes: bytesType,
  object: structType,
  id: idType,
  time: timeType,
  'transaction-time': transactionTimeType,
  date: dateType,
  uuid: uuidType,
  set: setType,
  cursor: cursorType,
  lambda: lambdaType,
  'native-function': functionType,
  'user-function': userFunctionType,
  'event-source': eventSourceType,
}

/** What a value offers: its methods and computed fields. Of a document: those of its collection. */
export function typeOf(v: Value): TypeDefinition {
  const kind = kindOf(v)
  if (kind === 'module') return (v as ModuleValue).type
  if (kind !== 'doc') return BY_KIND[kind]
  return (v as DocValue).collection.collection?.documentType ?? structType
}

/** The named types of the language, for the static checker and the reference page. */
export const VALUE_TYPES: readonly TypeDefinition[] = [
  ...new Set([...Object.values(BY_KIND), numberType, floatType]),
].filter((t) => t !== structType && t !== lambdaType && t !== functionType)
