/** Operators on values (spec/language.md §2.2, §2.4). Failures are placed by the evaluator. */

import * as fail from '#src/fql/errors/catalogue.ts'
import type { BinaryOperator, UnaryOperator } from '#src/fql/syntax/tree.ts'
import type { DocValue } from '#src/fql/values/document.ts'
import { concatTexts } from '#src/fql/values/limits.ts'
import { compareDocuments, compareNumbers, compareTexts, compareValues } from '#src/fql/values/order.ts'
import { display } from '#src/fql/values/text.ts'
import { typeName } from '#src/fql/values/type-name.ts'
import { Double, IdValue, isNumber, kindOf, type Value } from '#src/fql/values/value.ts'
import type { Eventual } from '#src/lib/eventual.ts'
import type { Context } from './context.ts'
import { parseId } from './runtime-type.ts'

export type Arithmetic = '+' | '-' | '*' | '/' | '%' | '**' | '&' | '|' | '^'
export type Num = number | bigint | Double

const fitsInt = (n: number): boolean => (n | 0) === n

/** The smallest of Int and Long that holds the integer; a Double beyond 64 bits. */
export function normalise(n: bigint): Num {
  if (n >= -2147483648n && n <= 2147483647n) return Number(n)
  return BigInt.asIntN(64, n) === n ? n : new Double(Number(n))
}

/** An Int from a JS integer of any size up to 2^53, a Long where it does not fit. */
export const integer = (n: number): number | bigint => (fitsInt(n) ? (n === 0 ? 0 : n) : BigInt(n))

export const toDouble = (n: Num): number => (n instanceof Double ? n.value : Number(n))

/** Truncation to 64 bits as Java's `(long) d` does it. */
export function truncate(n: Num): bigint {
  if (!(n instanceof Double)) return BigInt(n)
  if (Number.isNaN(n.value)) return 0n
  if (n.value >= 2 ** 63) return 2n ** 63n - 1n
  if (n.value <= -(2 ** 63)) return -(2n ** 63n)
  return BigInt(Math.trunc(n.value))
}

/** Both operands are numbers. */
export function arithmetic(operator: Arithmetic, a: Num, b: Num): Num {
  if (typeof a === 'number' && typeof b === 'number') {
    if (operator === '+' || operator === '-') return integer(operator === '+' ? a + b : a - b)
    // Products of Ints beyond 2^53 need exact arithmetic; below they are exact in doubles.
    if (operator === '*' && Math.abs(a * b) <= Number.MAX_SAFE_INTEGER) return integer(a * b)
  }
  if (operator === '&' || operator === '|' || operator === '^')
    return bitwise(operator, truncate(a), truncate(b))
  if (a instanceof Double || b instanceof Double)
    return new Double(onDoubles(operator, toDouble(a), toDouble(b)))
  return onIntegers(operator, BigInt(a), BigInt(b))
}

function bitwise(operator: '&' | '|' | '^', a: bigint, b: bigint): Num {
  return normalise(operator === '&' ? a & b : operator === '|' ? a | b : a ^ b)
}

function onDoubles(operator: Arithmetic, a: number, b: number): number {
  switch (operator) {
    case '+':
      return a + b
    case '-':
      return a - b
    case '*':
      return a * b
    case '/':
      return a / b
    case '%':
      return a % b
    default:
      return a ** b
  }
}

function onIntegers(operator: Arithmetic, a: bigint, b: bigint): Num {
  switch (operator) {
    case '+':
      return exactOrDouble(a + b, Number(a) + Number(b))
    case '-':
      return exactOrDouble(a - b, Number(a) - Number(b))
    case '*':
      return exactOrDouble(a * b, Number(a) * Number(b))
    case '/':
      if (b === 0n) throw fail.divideByZero()
      return normalise(BigInt.asIntN(64, a / b))
    case '%':
      if (b === 0n) throw fail.divideByZero()
      return normalise(a % b)
    default:
      return power(a, b)
  }
}

const exactOrDouble = (exact: bigint, approximate: number): Num =>
  BigInt.asIntN(64, exact) === exact ? normalise(exact) : new Double(approximate)

/** Exponents above this overflow 64 bits for every base but 0, 1 and −1, and even doubles soon after. */
const MAX_EXACT_EXPONENT = 1100n

function power(base: bigint, exponent: bigint): Num {
  if (exponent === 0n || base === 1n) return 1
  if (base === -1n) return exponent % 2n === 0n ? 1 : -1
  if (exponent < 0n) return new Double(Number(base) ** Number(exponent))
  if (base === 0n) return 0
  if (exponent > MAX_EXACT_EXPONENT) return new Double(Number(base) ** Number(exponent))
  return normalise(base ** exponent)
}

/** Unary minus negates within the number's own width. */
function negate(n: Num): Num {
  if (n instanceof Double) return new Double(-n.value)
  if (typeof n === 'number') return n === -2147483648 ? n : integer(-n)
  return BigInt.asIntN(64, -n)
}

const complement = (n: Num): Num => normalise(~truncate(n))

/** Whether the operators of the type of `left` include this one. */
export const hasArithmetic = (operator: BinaryOperator, left: Value): boolean =>
  isNumber(left) ? operator !== '=~' && operator !== '!~' : typeof left === 'string' && operator === '+'

/** `left OP right` for the operators that `left` has, as {@link hasArithmetic} tells. */
export function applyArithmetic(
  ctx: Context,
  operator: Arithmetic,
  left: Value,
  right: Value,
): Eventual<Value> {
  if (isNumber(left)) {
    if (isNumber(right)) return arithmetic(operator, left, right)
    throw wrongOperand(operator, right)
  }
  const start = left as string
  if (typeof right === 'string') return concatTexts(start, right)
  const text = display(ctx, right)
  return text instanceof Promise ? text.then((t) => concatTexts(start, t)) : concatTexts(start, text)
}

/** The operand's type has no such operator; the evaluator says where. */
class NoSuchOperator {}

function wrongOperand(operator: Arithmetic, right: Value) {
  // `-` is overloaded (unary and binary), so its failure has the form of an overloaded function.
  return operator === '-'
    ? fail.wrongArguments('-', '(Number)', `(${typeName(right)})`)
    : fail.wrongArgument('other', 'Number', typeName(right))
}

export function applyUnary(operator: UnaryOperator, operand: Value): Value {
  if (operator === '!' && typeof operand === 'boolean') return !operand
  if (operator === '-' && isNumber(operand)) return negate(operand)
  if (operator === '~' && isNumber(operand)) return complement(operand)
  throw new NoSuchOperator()
}

const idOf = (v: Value): bigint | undefined =>
  v instanceof IdValue ? v.id : typeof v === 'string' ? parseId(v) : undefined

/** Compares related kinds; undefined for unrelated ones, for which every comparison is false. */
function compareRelated(a: Value, b: Value): number | undefined {
  if (isNumber(a) && isNumber(b)) return compareNumbers(a, b)
  if (typeof a === 'string' && typeof b === 'string') return compareTexts(a, b)
  if (a instanceof IdValue || b instanceof IdValue) return compareIds(a, b)
  if (kindOf(a) !== kindOf(b)) return undefined
  if (kindOf(a) === 'doc') return compareDocuments(a as DocValue, b as DocValue)
  return compareValues(a, b)
}

function compareIds(a: Value, b: Value): number | undefined {
  if (isNumber(a)) return compareNumbers(a, (b as IdValue).id)
  if (isNumber(b)) return compareNumbers((a as IdValue).id, b)
  const x = idOf(a)
  const y = idOf(b)
  if (x === undefined || y === undefined) return undefined
  return x < y ? -1 : x > y ? 1 : 0
}

export function applyComparison(operator: BinaryOperator, a: Value, b: Value): boolean {
  if (typeof a === 'number' && typeof b === 'number')
    return operator === '<' ? a < b : operator === '>' ? a > b : operator === '<=' ? a <= b : a >= b
  const c = compareRelated(a, b)
  if (c === undefined) return false
  return operator === '<' ? c < 0 : operator === '>' ? c > 0 : operator === '<=' ? c <= 0 : c >= 0
}
