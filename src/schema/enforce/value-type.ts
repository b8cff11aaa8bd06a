/** The types of values, as failures name what was provided. */
import { isArray, type Value } from '#src/fql/values/value.ts'
import { ANY_TYPE, type ScalarName, type StoredType } from './stored-type.ts'

const INT_MIN = -(2n ** 31n)
const INT_MAX = 2n ** 31n - 1n
/** A 64-bit value that is stored like a 32-bit one. */
export const fitsInt = (value: bigint): boolean => value >= INT_MIN && value <= INT_MAX

const scalar = (name: ScalarName): StoredType => ({ kind: 'scalar', name })

/** Down to the fields of objects and elements of arrays. References are just documents, of whatever collection. */
export const typeOfValue = (value: Value): StoredType => {
  if (isArray(value)) return { kind: 'tuple', elements: value.map(typeOfValue) }
  switch (typeof value) {
    case 'number':
      return scalar('Int')
    case 'bigint':
      return scalar(fitsInt(value) ? 'Int' : 'Long')
    case 'string':
      return scalar('String')
    case 'boolean':
      return scalar('Boolean')
  }
  switch (value.kind) {
    case 'null':
      return scalar('Null')
    case 'double':
      return scalar('Double')
    case 'bytes':
      return scalar('Bytes')
    case 'time':
    case 'transaction-time':
      return scalar('Time')
    case 'date':
      return scalar('Date')
    case 'doc':
      return { kind: 'document', collection: -1, name: 'Document', missing: false }
    case 'object': {
      const fields = [...value.fields].map(
        ([name, v]) => [name, { type: typeOfValue(v), default: undefined }] as const,
      )
      return { kind: 'object', fields: new Map(fields), wildcard: undefined }
    }
    default:
      return ANY_TYPE
  }
}
