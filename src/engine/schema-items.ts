/** `/schema/1/items`: reading and changing one item of the sources (spec/schema.md §15.1). */
import type { DatabaseHost } from '#src/data/database-host.ts'
import { readSchemaFiles, type SchemaFiles } from '#src/data/schema-files.ts'
import { Context } from '#src/fql/eval/context.ts'
import type { Span } from '#src/fql/syntax/span.ts'
import { parseFsl } from '#src/schema/fsl/parse.ts'
import type { ItemKind, SchemaItem } from '#src/schema/model/items.ts'
import {
  type LocatedItem,
  locateItem,
  parseSnippet,
  withItemAdded,
  withItemReplaced,
} from '#src/schema/source/item-text.ts'
import { MAIN_FILE } from '#src/schema/source/regenerate.ts'
import { encode } from '#src/wire/encode.ts'
import { materialise } from '#src/wire/materialise.ts'
import type { Login } from './authenticate.ts'
import { problemsText } from './schema-errors.ts'
import { documentOf, push } from './schema-push.ts'
import { errorReply, notFound, okReply, Refused, type ReplyAt, refused } from './schema-reply.ts'
import { diffText, type Submission, validate } from './schema-validate.ts'
import { readSchemaDocuments } from './schemas.ts'
import type { Reply, SchemaItemKind, SchemaOperation } from './service.ts'

export type ItemOperation = SchemaOperation & {
  readonly kind: 'item-get' | 'item-create' | 'item-update' | 'item-delete'
}
type Change = ItemOperation & { readonly kind: 'item-create' | 'item-update' | 'item-delete' }

const KIND_OF: Readonly<Record<SchemaItemKind, ItemKind>> = {
  collections: 'collection',
  functions: 'function',
  roles: 'role',
  access_providers: 'access provider',
}

const BROKEN_SOURCES = `An unexpected error occurred during schema generation resulting in invalid schema
files. Please check your FSL files, for example with the command line tool.`

export async function itemRoute(login: Login, operation: ItemOperation): Promise<ReplyAt> {
  const { host } = login
  const files = await readSchemaFiles(host.transaction, host.schema.database)
  if (operation.kind === 'item-get') {
    const found = located(files, KIND_OF[operation.item], operation.name)
    const { version } = host.schema
    const answer = await itemAnswer(
      login,
      found.item.kind,
      found.item.name.text,
      found.file,
      found.item.span,
      found.content,
    )
    return (ts) => answer(version, ts)
  }
  const change = changeOf(operation, files)
  return operation.validate
    ? validateChange(host, operation, files, change)
    : applyChange(login, files, change)
}

/** The sources that a request wants, and where in them the item is. */
interface ItemChange {
  readonly kind: ItemKind
  /** Name of the item when it is done, or that of the item to delete. */
  readonly name: string
  readonly sent: SchemaFiles
  readonly file: string
  readonly content: string
  /** What was there before. */
  readonly replaced: LocatedItem | undefined
  readonly deletes: boolean
}

function changeOf(operation: Change, files: SchemaFiles): ItemChange {
  const kind = KIND_OF[operation.item]
  if (operation.kind === 'item-delete') {
    const found = located(files, kind, operation.name)
    const sent = new Map(withItemReplaced(files, found, ''))
    return {
      kind,
      name: operation.name,
      sent,
      file: found.file,
      content: found.content,
      replaced: found,
      deletes: true,
    }
  }
  const { fsl } = operation
  const item = snippet(fsl, kind)
  if (operation.kind === 'item-create') {
    const sent = new Map(withItemAdded(files, fsl))
    return {
      kind,
      name: item.name.text,
      sent,
      file: MAIN_FILE,
      content: fsl,
      replaced: undefined,
      deletes: false,
    }
  }
  const found = located(files, kind, operation.name)
  const sent = new Map(withItemReplaced(files, found, fsl))
  return { kind, name: item.name.text, sent, file: found.file, content: fsl, replaced: found, deletes: false }
}

function located(files: SchemaFiles, kind: ItemKind, name: string): LocatedItem {
  const found = locateItem(files, kind, name)
  if (!found) throw notFound()
  return found
}

function snippet(text: string, kind: ItemKind): SchemaItem {
  if (text.trim() === '') throw refused('No FSL snippet provided')
  const parsed = parseSnippet(text, kind)
  if (!parsed.ok) throw refused(problemsText(parsed.errors))
  return parsed.item
}

// ---------------------------------------------------------------- changing

const renamesOf = ({ kind, name, replaced }: ItemChange) =>
  replaced && replaced.item.name.text !== name ? [{ kind, from: replaced.item.name.text, to: name }] : []

async function validateChange(
  host: DatabaseHost,
  { format, color }: Change,
  before: SchemaFiles,
  change: ItemChange,
): Promise<ReplyAt> {
  const { transaction, schema } = host
  const documents = await readSchemaDocuments(transaction, schema.database, false, schema.resolve)
  const submission: Submission = {
    before,
    documents,
    sent: change.sent,
    override: false,
    renames: renamesOf(change),
  }
  const validated = await validate(host, submission)
  return () => okReply({ version: schema.version, diff: diffText(validated, before, format, color) })
}

async function applyChange(login: Login, files: SchemaFiles, change: ItemChange): Promise<ReplyAt> {
  refuseBroken(files, change.file)
  const { kind, name, file, content, sent, replaced, deletes } = change
  const answered = (span: Span) => itemAnswer(login, kind, name, file, span, content)
  // A deleted document is answered as it was.
  const before = deletes && replaced ? await answered(replaced.item.span) : undefined
  const { plan } = await push(login, { sent, override: false, renames: renamesOf(change) })
  if (before) return (ts) => before(ts, ts)
  const written = plan.items.find((i) => i.kind === kind && i.name.text === name)
  const answer = await answered((written ?? (replaced as LocatedItem).item).span)
  const changed = plan.diffs.length > 0
  return (ts) => answer(changed ? ts : login.host.schema.version, ts)
}

/** The snippet has been read: what does not parse now was broken before. */
function refuseBroken(files: SchemaFiles, name: string): void {
  const text = files.get(name)
  if (text !== undefined && !parseFsl({ name, text }).ok) throw new Refused(errorReply(400, BROKEN_SOURCES))
}

// ---------------------------------------------------------------- answering

/** `version`: of the schema. `ts`: of the commit, for times that the document has from it. */
type ItemAnswer = (version: number, ts: number) => Reply

async function itemAnswer(
  { host, permissions }: Login,
  kind: ItemKind,
  name: string,
  filename: string,
  { start, end }: Span,
  content: string,
): Promise<ItemAnswer> {
  const document = await materialise(new Context(host, permissions), documentOf(host, kind, name))
  return (version, ts) => {
    const head = JSON.stringify({ version, filename, span: { start, end }, content })
    return { status: 200, body: `${head.slice(0, -1)},"definition":${encode(document, 'simple', ts)}}` }
  }
}
