/** Single items inside schema files, for the item routes (spec/schema.md §15.1). */
import { type Files, replaceSpan } from '../diff/patch.ts'
import { parseFsl } from '../fsl/parse.ts'
import type { ItemKind, SchemaItem } from '../model/items.ts'
import type { SchemaProblem } from './parse-files.ts'
import { MAIN_FILE } from './regenerate.ts'

export interface LocatedItem {
  readonly file: string
  readonly item: SchemaItem
  readonly content: string
}

/** The item in the files, or undefined. */
export const locateItem = (files: Files, kind: ItemKind, name: string): LocatedItem | undefined => {
  for (const [file, text] of files) {
    const parsed = parseFsl({ name: file, text })
    const item = parsed.ok ? parsed.items.find((i) => i.kind === kind && i.name.text === name) : undefined
    if (item !== undefined) return { file, item, content: text.slice(item.span.start, item.span.end) }
  }
  return undefined
}

export type SnippetResult =
  | { readonly ok: true; readonly item: SchemaItem }
  | { readonly ok: false; readonly errors: readonly SchemaProblem[] }

const WITH_ARTICLE: Readonly<Record<ItemKind, string>> = {
  collection: 'a collection',
  function: 'a function',
  role: 'a role',
  'access provider': 'an access provider',
}

/** The one item of kind `kind` that the text of a request must be. */
export const parseSnippet = (text: string, kind: ItemKind): SnippetResult => {
  if (text === '') return { ok: false, errors: ['No FSL snippet provided'] }
  const parsed = parseFsl({ name: '*fsl*', text })
  if (!parsed.ok) return parsed
  const [item] = parsed.items
  if (item === undefined || parsed.items.length > 1) {
    return { ok: false, errors: [`Expected a single schema item, got: ${parsed.items.length}`] }
  }
  if (item.kind === kind) return { ok: true, item }
  return { ok: false, errors: [`Wrong FSL snippet. Expected ${WITH_ARTICLE[kind]}`] }
}

/** The file to send for a new item: `main.fsl` with it at the end. */
export const withItemAdded = (files: Files, snippet: string): Files =>
  new Map([[MAIN_FILE, `${files.get(MAIN_FILE) ?? ''}\n\n${snippet}`]])

/** The file to send for an item that is replaced, or removed when `snippet` is "". */
export const withItemReplaced = (files: Files, { file, item }: LocatedItem, snippet: string): Files =>
  new Map([[file, replaceSpan(files.get(file) ?? '', item.span, snippet)]])
