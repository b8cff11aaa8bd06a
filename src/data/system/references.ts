/** References between system documents by name: they follow a renaming, and hold up a deletion (spec/schema.md §18). */

import { BUILT_IN_ROLES } from '#src/access/roles/built-in.ts'
import { isArray, ObjectValue, type Value } from '#src/fql/values/value.ts'
import { andThen, type Eventual, eachIndex, mapInOrder } from '#src/lib/eventual.ts'
import type { DatabaseHost } from '../database-host.ts'
import { DocumentVersion } from '../document-version.ts'
import { type IdentifiedVersion, readDocuments } from '../documents.ts'
import { constraintFailure } from '../failures.ts'
import { documentKey } from '../keys.ts'
import type { Failure, NativeWrite } from '../native-collection.ts'
import { encodeVersion } from '../value-codec.ts'

/** A field, perhaps inside of objects and lists, that holds the name of another document. */
export interface Reference {
  readonly collection: 'Function' | 'Key' | 'Role' | 'AccessProvider'
  readonly path: readonly string[]
}

/** After a write that changed a document's name: references to the old name get the new one. */
export function renameReferences(
  { host, before, after }: NativeWrite,
  references: readonly Reference[],
): Eventual<void> {
  const from = before?.fields.get('name')
  const to = after?.fields.get('name')
  if (typeof from !== 'string' || typeof to !== 'string' || from === to) return undefined
  return eachIndex(references.length, (i) => renameIn(host, references[i] as Reference, from, to))
}

function renameIn(
  host: DatabaseHost,
  { collection, path }: Reference,
  from: string,
  to: string,
): Eventual<void> {
  const native = host.schema.native(collection)
  return andThen(readDocuments(host, native), (documents) => {
    for (const [id, version] of documents) {
      const fields = renamed(version.fields, path, from, to)
      if (fields === version.fields) continue
      const next = new DocumentVersion(undefined, version.ttl, fields, version.internal)
      const key = documentKey(native.prefix, id)
      void host.stats.writing(key, host.transaction, () => host.transaction.put(key, encodeVersion(next)))
    }
    host.forgetReads()
  })
}

type Fields = ReadonlyMap<string, Value>

/** The same map when nothing in it changes. */
function renamed(fields: Fields, path: readonly string[], from: string, to: string): Fields {
  const [name, ...rest] = path as [string, ...string[]]
  const value = fields.get(name)
  if (value === undefined) return fields
  const changed = renamedValue(value, rest, from, to)
  return changed === value ? fields : new Map([...fields, [name, changed]])
}

function renamedValue(value: Value, path: readonly string[], from: string, to: string): Value {
  if (isArray(value)) {
    const elements = value.map((v) => renamedValue(v, path, from, to))
    return elements.every((v, i) => v === value[i]) ? value : elements
  }
  if (path.length === 0) return value === from ? to : value
  if (!(value instanceof ObjectValue)) return value
  const fields = renamed(value.fields, path, from, to)
  return fields === value.fields ? value : new ObjectValue(fields)
}

/** After a deletion: at the end of the query nothing may refer to the deleted document any more. */
export function refuseWhileReferred(write: NativeWrite, references: readonly Reference[]): void {
  const { host, before, after, collection } = write
  const name = before?.fields.get('name')
  if (after || typeof name !== 'string') return
  host.defer(() =>
    andThen(referringDocuments(host, references, name), (failures) => {
      if (failures.length > 0) throw constraintFailure({ verb: 'delete', collection, key: name }, failures)
    }),
  )
}

function referringDocuments(
  host: DatabaseHost,
  references: readonly Reference[],
  name: string,
): Eventual<Failure[]> {
  const found = mapInOrder(references, ({ collection, path }) =>
    andThen(readDocuments(host, host.schema.native(collection)), (documents) =>
      documents
        .filter(([, v]) => renamed(v.fields, path, name, '') !== v.fields)
        .map((d) => holdUp(collection, d, name)),
    ),
  )
  return andThen(found, (failures) => failures.flat())
}

function holdUp(collection: string, [id, version]: IdentifiedVersion, name: string): Failure {
  const own = version.fields.get('name')
  const who = `${collection.toLowerCase()} \`${typeof own === 'string' ? own : id}\``
  return {
    path: ['name'],
    message: `The ${who} refers to this document by its previous identifier \`${name}\`.`,
  }
}

/** The `role` of a written document must exist at the end of the query: it may be created later in it. */
export function requireRoleLater({ host, before, after, collection, key }: NativeWrite): void {
  if (!isNamedRole(after?.fields.get('role'))) return
  host.defer(() =>
    andThen(host.version(collection, key, undefined), (version) => {
      const role = version?.fields.get('role')
      if (!version || !isNamedRole(role)) return
      return andThen(host.idOf(host.schema.native('Role'), role, undefined), (id) => {
        if (id !== undefined) return
        const name = version.fields.get('name')
        const operation = {
          verb: before ? 'update' : 'create',
          collection,
          key: typeof name === 'string' ? name : key,
        } as const
        throw constraintFailure(operation, [
          { path: ['role'], message: `Field refers to an unknown role name \`${role}\`.` },
        ])
      })
    }),
  )
}

const isNamedRole = (role: Value | undefined): role is string =>
  typeof role === 'string' && !BUILT_IN_ROLES.has(role)
