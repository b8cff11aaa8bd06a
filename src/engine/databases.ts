/** The tree of databases: where one is, what it inherits (spec/data.md §11). */

import { ROOT } from '#src/access/roles/built-in.ts'
import type { DatabaseHost } from '#src/data/database-host.ts'
import { DocumentVersion } from '#src/data/document-version.ts'
import {
  type DatabaseId,
  databaseKey,
  documentKey,
  documentPrefix,
  idOfKey,
  ROOT_DATABASE,
} from '#src/data/keys.ts'
import { eachChunk } from '#src/data/scan-all.ts'
import type { DatabaseSettings } from '#src/data/services.ts'
import { SYSTEM_IDS } from '#src/data/system/ids.ts'
import { decodeVersion } from '#src/data/value-codec.ts'
import { Context } from '#src/fql/eval/context.ts'
import { DELETED } from '#src/fql/stdlib/schema-collections.ts'
import { DocValue } from '#src/fql/values/document.ts'
import { sameValue } from '#src/fql/values/equality.ts'
import { NULL, type Value } from '#src/fql/values/value.ts'
import { andThen, type Eventual, eachIndex } from '#src/lib/eventual.ts'
import type { Entry } from '#src/storage/engine.ts'
import { prefixRange } from '#src/storage/keys/range.ts'
import type { Transaction } from '#src/transaction/transaction.ts'

interface Place {
  readonly parent: DatabaseId
  readonly document: bigint
}

/** Where a database hangs; undefined: it is gone, or the root. */
function placeOf(transaction: Transaction, database: DatabaseId): Eventual<Place | undefined> {
  return andThen(transaction.get(databaseKey(database)), (entry) => {
    if (!entry) return undefined
    const { fields } = decodeVersion(entry.value, NULL, () => DELETED)
    return {
      parent: BigInt.asUintN(64, BigInt(fields.get('parent') as bigint)),
      document: BigInt(fields.get('document') as bigint),
    }
  })
}

/** undefined: it is gone, or the root. */
export const parentOf = (transaction: Transaction, database: DatabaseId): Eventual<DatabaseId | undefined> =>
  andThen(placeOf(transaction, database), (place) => place?.parent)

/** Whether a database is another one or below it. */
export function isWithin(
  transaction: Transaction,
  database: DatabaseId,
  ancestor: DatabaseId,
): Eventual<boolean> {
  if (database === ancestor) return true
  return andThen(parentOf(transaction, database), (parent) =>
    parent === undefined ? false : isWithin(transaction, parent, ancestor),
  )
}

/** Whether the database and all its ancestors exist. */
export function isAlive(transaction: Transaction, database: DatabaseId): Eventual<boolean> {
  if (database === ROOT_DATABASE) return true
  return andThen(placeOf(transaction, database), (place) =>
    place ? isAlive(transaction, place.parent) : false,
  )
}

function definitionOf(transaction: Transaction, place: Place): Eventual<DocumentVersion | undefined> {
  const key = documentKey(documentPrefix(place.parent, SYSTEM_IDS.Database), place.document)
  return andThen(transaction.get(key), (entry) => entry && DocumentVersion.decode(entry, () => DELETED))
}

/** The nearest setting up the tree. */
function inherited(
  transaction: Transaction,
  database: DatabaseId,
  setting: string,
  top: boolean,
): Eventual<boolean> {
  if (database === ROOT_DATABASE) return top
  return andThen(placeOf(transaction, database), (place) => {
    if (!place) return top
    return andThen(definitionOf(transaction, place), (definition) => {
      const own = definition?.fields.get(setting)
      return typeof own === 'boolean' ? own : inherited(transaction, place.parent, setting, top)
    })
  })
}

export const databaseSettings: DatabaseSettings = {
  isTypechecked: (transaction, database) => inherited(transaction, database, 'typechecked', true),
  isProtected: (transaction, database) => inherited(transaction, database, 'protected', false),
  nameOf: (transaction, database) =>
    andThen(placeOf(transaction, BigInt.asUintN(64, database)), (place) =>
      place
        ? andThen(definitionOf(transaction, place), (d) => d?.fields.get('name') as string | undefined)
        : undefined,
    ),
  deleteKeysOf,
}

function deleteKeysOf(host: DatabaseHost, child: Value): Eventual<void> {
  const keys = host.schema.native('Key')
  const ctx = new Context(host, ROOT)
  const removeIfOpening = (entry: Entry): Eventual<unknown> => {
    const opened = DocumentVersion.decode(entry, () => DELETED).internal.get('database')
    if (opened === undefined || !sameValue(opened, child)) return undefined
    return host.delete(ctx, new DocValue(keys.module, idOfKey(entry.key)))
  }
  return eachChunk(host.transaction, prefixRange(keys.prefix), (entries) =>
    eachIndex(entries.length, (i) => removeIfOpening(entries[i] as Entry)),
  )
}
