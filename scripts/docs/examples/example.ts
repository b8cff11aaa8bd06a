/** What a member does in a few words, a query that shows it, and FQL of the same value; or why there is no example. */
export type Example = readonly [does: string, query: string, result: string] | { readonly none: string }

/** Member → example. */
export type Examples = Readonly<Record<string, Example>>
