/** Schema files that follow the schema documents (spec/schema.md §5.3). */
import { diffItems } from '../diff/diff.ts'
import { type Files, patchFiles } from '../diff/patch.ts'
import { parseFsl } from '../fsl/parse.ts'
import { printItem } from '../fsl/print.ts'
import type { SchemaItem } from '../model/items.ts'
import { itemsOfFiles } from './parse-files.ts'

export const MAIN_FILE = 'main.fsl'

/** The empty line at its end keeps it from being the doc comment of the first item. */
const PREAMBLE = `// The following schema is auto-generated.
// This file contains FSL for FQL10-compatible schema items.
`

const WARNING = `// WARNING: the following auto-generated items contain invalid FSL syntax.
// Please fix its syntax and re-submit the file.
`

/**
 * Brings files up to date with the items that documents stand for: differences are patched in place, new items are
 * appended to `main.fsl`, files that do not parse are dropped and their items generated anew.
 */
export const regenerateFiles = (files: Files, items: readonly SchemaItem[]): Files => {
  if (files.size === 0) return generateFiles(items)
  const parsing = new Map([...files].filter(([name, text]) => parseFsl({ name, text }).ok))
  const patched = new Map(patchFiles(MAIN_FILE, parsing, diffItems(itemsOfFiles(parsing), items)))
  const main = patched.get(MAIN_FILE)
  if (main !== undefined && !parsing.has(MAIN_FILE)) patched.set(MAIN_FILE, `${PREAMBLE}\n${main}`)
  return new Map([...patched].map(([name, text]) => [name, markIfInvalid(name, text)]))
}

/** Canonical text of all items, in their order; no file when there are none. */
const generateFiles = (items: readonly SchemaItem[]): Files => {
  if (items.length === 0) return new Map()
  const text = PREAMBLE + items.map((item) => `\n${printItem(item)}`).join('')
  return new Map([[MAIN_FILE, markIfInvalid(MAIN_FILE, text)]])
}

const markIfInvalid = (name: string, text: string): string =>
  parseFsl({ name, text }).ok || text.startsWith(WARNING) ? text : `${WARNING}\n\n${text}`
