import type { Value } from './value.ts'

/**
 * All fields of a document in their listed order, as they are stored: made once for a version, shown again and
 * again, and never changed once made.
 */
export class ListedFields extends Map<string, Value> {
  /** JSON texts of the fields, made when first needed. */
  simple: string | undefined = undefined
  tagged: string | undefined = undefined
}
