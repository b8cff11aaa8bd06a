/** What a push would do to a schema (spec/schema.md §15.5). Nothing is written here. */
import { diffItems, type ItemDiff, type Rename } from '../diff/diff.ts'
import type { Files } from '../diff/patch.ts'
import type { SchemaItem } from '../model/items.ts'
import { itemsOfFiles, type SchemaProblem, schemaFromFiles } from './parse-files.ts'

export interface PushRequest {
  /** The stored files. */
  readonly before: Files
  /** The files sent. Blank ones are to be deleted. */
  readonly sent: Files
  /** The files sent are the whole schema; else files of other names stay. */
  readonly override: boolean
  readonly renames?: readonly Rename[]
}

interface PushPlan {
  /** The files to store, all of them. */
  readonly files: Files
  /** All items of the result: what environment and migrations are validated with. */
  readonly items: readonly SchemaItem[]
  /** In the order in which documents are written. */
  readonly diffs: readonly ItemDiff[]
}

export type PushResult =
  | ({ readonly ok: true } & PushPlan)
  | { readonly ok: false; readonly errors: readonly SchemaProblem[] }

export const planPush = ({ before, sent, override, renames = [] }: PushRequest): PushResult => {
  const files = override ? sent : new Map([...sent, ...[...before].filter(([name]) => !sent.has(name))])
  const parsed = schemaFromFiles(files)
  if (!parsed.ok) return parsed
  const diffs = diffItems(itemsOfFiles(before), parsed.items, renames)
  return {
    ok: true,
    files: new Map([...files].filter(([, text]) => text.trim() !== '')),
    items: parsed.items,
    // An item of a file that was not sent is not removed, wherever it went.
    diffs: override ? diffs : diffs.filter((d) => d.kind !== 'remove' || sent.has(d.item.span.source.name)),
  }
}
