/** Types of request arguments and template values (spec/language.md §3.1): literals, tuples, exact records. */
import { ANY, BOOLEAN, DOUBLE, literal, NULL, named, record, type Type, tuple } from '#src/fql/types/type.ts'

const BOTH_ZERO = 0

/**
 * The type of a number. An integer kind (Int, Long) is given as bigint; a Double as number, whose text is Java's
 * BigDecimal of it. NaN and infinities have no literal.
 */
export const numberType = (value: bigint | number): Type => {
  if (typeof value === 'bigint') return literal(value)
  return Number.isFinite(value) ? literal({ float: doubleText(value) }) : DOUBLE
}

const doubleText = (value: number): string => {
  if (value === BOTH_ZERO) return '0.0'
  const [mantissa = '', exponent] = String(value).split('e')
  if (exponent === undefined) return mantissa.includes('.') ? mantissa : `${mantissa}.0`
  const fraction = mantissa.includes('.') ? mantissa : `${mantissa}.0`
  return `${fraction}E${exponent.startsWith('-') ? '' : '+'}${exponent.replace('+', '')}`
}

export const stringType = (value: string): Type => literal(value)
export const booleanType = (): Type => BOOLEAN
export const nullType = (): Type => NULL
export const arrayType = (elements: readonly Type[]): Type => tuple(elements)
export const objectType = (fields: ReadonlyMap<string, Type>): Type => record(fields)
/** A document of the collection, existing or not known to be missing. */
export const documentType = (collection: string): Type => named(collection)
export const setType = (): Type => named('Set', [ANY])
/** `Time`, `Date`, `ID`, `Bytes`, `UUID`, `TransactionTime`, a module's type. */
export const scalarType = (name: string): Type => named(name)
