/** What a member does in a few words, a query that shows it, and FQL of the same value; or why there is no example. */
export type Example = readonly [does: string, query: string, result: string] | { readonly none: string }

/** Member → example. */
export type Examples = Readonly<Record<string, Example>>

/** For members that every object of JavaScript has, for which an array would not be taken as an `Example`. */
export const example = (does: string, query: string, result: string): Example => [does, query, result]
