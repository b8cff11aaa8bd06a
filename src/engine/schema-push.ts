/** `POST /schema/1/update`: files become documents, all in one transaction (spec/schema.md §15.5). */

import type { DatabaseHost } from '#src/data/database-host.ts'
import { lookUp } from '#src/data/lookup.ts'
import { readSchemaFiles, type SchemaFiles, writeSchemaFiles } from '#src/data/schema-files.ts'
import { pinSchema, touchSchema } from '#src/data/schema-state.ts'
import { isStaging } from '#src/data/system/collection-protection.ts'
import { Context } from '#src/fql/eval/context.ts'
import { DocValue } from '#src/fql/values/document.ts'
import { ObjectValue } from '#src/fql/values/value.ts'
import type { ItemDiff, Rename } from '#src/schema/diff/diff.ts'
import type { ItemKind, SchemaItem } from '#src/schema/model/items.ts'
import { itemToDocument } from '#src/schema/model/to-document.ts'
import type { Login } from './authenticate.ts'
import { type Validated, validate } from './schema-validate.ts'
import { readSchemaDocuments } from './schemas.ts'

const COLLECTION_OF: Readonly<Record<ItemKind, string>> = {
  collection: 'Collection',
  function: 'Function',
  role: 'Role',
  'access provider': 'AccessProvider',
}

export interface Push {
  readonly sent: SchemaFiles
  readonly override: boolean
  readonly renames?: readonly Rename[]
  /** Only stages the schema. */
  readonly staged?: boolean
}

/** Validates and writes; what is wrong is thrown. */
export async function push(login: Login, { sent, override, renames, staged }: Push): Promise<Validated> {
  const { host } = login
  const { transaction, schema } = host
  if (staged && !isStaging(host)) {
    await pinSchema(transaction, schema.database)
    host.schemaWrites.pinned = true
  }
  const before = await readSchemaFiles(transaction, schema.database)
  const documents = await readSchemaDocuments(transaction, schema.database, false, schema.resolve)
  const validated = await validate(host, { before, documents, sent, override, ...(renames && { renames }) })
  writeSchemaFiles(transaction, schema.database, before, validated.plan.files)
  host.schemaWrites.checked = validated.check
  touchSchema(transaction, schema.database)
  const ctx = new Context(host, login.permissions)
  for (const diff of validated.plan.diffs) await applyDiff(ctx, host, diff)
  await host.runDeferred()
  return validated
}

/** The document of an item by its name. */
export const documentOf = (host: DatabaseHost, kind: ItemKind, name: string): DocValue =>
  new DocValue(host.schema.native(COLLECTION_OF[kind]).module, name)

/** Writes the document of one changed item. */
async function applyDiff(ctx: Context, host: DatabaseHost, diff: ItemDiff): Promise<void> {
  switch (diff.kind) {
    case 'add':
      await write(ctx, host, diff.item, diff.item.name.text)
      return
    case 'remove':
      await host.delete(ctx, documentOf(host, diff.item.kind, diff.item.name.text))
      return
    case 'modify':
      await write(ctx, host, diff.after, diff.before.name.text)
  }
}

/** Replaces the document called `name`, or creates it; its user data stays. */
async function write(ctx: Context, host: DatabaseHost, item: SchemaItem, name: string): Promise<void> {
  const collection = host.schema.native(COLLECTION_OF[item.kind])
  const id = await lookUp(host, collection, 'name', name)
  if (id === undefined) {
    await host.create(ctx, collection, new ObjectValue(itemToDocument(item)), 'document')
    return
  }
  const stored = await host.version(collection, id, undefined)
  const document = itemToDocument(item, stored?.fields.get('data'))
  await host.replace(ctx, documentOf(host, item.kind, name), new ObjectValue(document), 'document')
}
