/** The types of operators (spec/language.md §3.4): the left operand is the first parameter. */
import type { TypeEnvironment } from '#src/fql/types/environment.ts'
import { BOOLEAN, fn, intersection, NUMBER, STRING, type Type } from '#src/fql/types/type.ts'

const binaryNumber = fn([NUMBER, NUMBER], NUMBER)
const unaryNumber = fn([NUMBER], NUMBER)

const STANDARD: ReadonlyMap<string, Type> = new Map<string, Type>([
  ['+', intersection([binaryNumber, fn([STRING, STRING], STRING)])],
  ['-', intersection([binaryNumber, unaryNumber])],
  ['*', binaryNumber],
  ['/', binaryNumber],
  ['%', binaryNumber],
  ['**', binaryNumber],
  ['&', binaryNumber],
  ['|', binaryNumber],
  ['^', binaryNumber],
  ['~', unaryNumber],
  ['!', fn([BOOLEAN], BOOLEAN)],
])

/** The function behind the operator, or undefined when no type has it. */
export const operatorType = (operator: string, env: TypeEnvironment): Type | undefined =>
  env.operator(operator) ?? STANDARD.get(operator)

/** The type is the built-in one of an operator that takes numbers. */
export const isStandardOperator = (operator: string, type: Type | undefined): boolean =>
  type !== undefined && STANDARD.get(operator) === type
