/** All items of a set of schema files (spec/schema.md §15.5, steps 2 and 3). */
import type { Diagnostic } from '#src/fql/errors/diagnostic.ts'
import type { Files } from '../diff/patch.ts'
import { parseFsl } from '../fsl/parse.ts'
import type { SchemaItem } from '../model/items.ts'

/** What is wrong with a push: a diagnostic, rendered with its source, or a plain sentence. */
export type SchemaProblem = Diagnostic | string

export type SchemaResult =
  | { readonly ok: true; readonly items: readonly SchemaItem[] }
  | { readonly ok: false; readonly errors: readonly SchemaProblem[] }

/** Parses every file. The errors of all files come together, file by file. */
export const schemaFromFiles = (files: Files): SchemaResult => {
  const names = new Namespaces()
  const items: SchemaItem[] = []
  const errors: SchemaProblem[] = []
  for (const [name, text] of files) {
    const parsed = parseFsl({ name, text })
    if (parsed.ok) {
      items.push(...parsed.items)
      errors.push(...parsed.items.flatMap((item) => names.claim(item, name)))
    } else errors.push(...parsed.errors)
  }
  return errors.length > 0 ? { ok: false, errors } : { ok: true, items }
}

/** The items of the files that parse: what stored files say, even when some of them are broken. */
export const itemsOfFiles = (files: Files): SchemaItem[] =>
  [...files].flatMap(([name, text]) => {
    const parsed = parseFsl({ name, text })
    return parsed.ok ? parsed.items : []
  })

/** Which file a name was first seen in. Collections and functions share names. */
class Namespaces {
  readonly #seen = new Map<string, string>()

  claim(item: SchemaItem, file: string): string[] {
    const space =
      item.kind === 'collection' || item.kind === 'function' ? 'collection or function' : item.kind
    const key = `${space} ${item.name.text}`
    const first = this.#seen.get(key)
    if (first === undefined) this.#seen.set(key, file)
    return first === undefined
      ? []
      : [`Duplicate ${space} \`${item.name.text}\` in ${file} (originally seen in ${first})`]
  }
}
