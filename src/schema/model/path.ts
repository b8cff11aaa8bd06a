import type { Span } from '#src/fql/syntax/span.ts'

/** A field path such as `.a.b[0]`: names are strings, positions in arrays are bigints. */
export interface FieldPath {
  readonly elements: readonly PathElement[]
  readonly span: Span
}

export interface PathElement {
  readonly key: string | bigint
  readonly span: Span
}

/** Equality by elements; spelling and place do not matter. */
export const samePath = (a: FieldPath, b: FieldPath): boolean =>
  a.elements.length === b.elements.length && a.elements.every((e, i) => e.key === b.elements[i]!.key)
