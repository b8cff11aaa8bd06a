/** `Credential`, passwords and login (spec/secrets.md §2). */

import { PasswordTooLong } from '#src/access/passwords/hasher.ts'
import * as fail from '#src/fql/errors/catalogue.ts'
import type { Context } from '#src/fql/eval/context.ts'
import { notFound } from '#src/fql/eval/field-access.ts'
import { credentialCollectionType, credentialDocumentType } from '#src/fql/stdlib/credential.ts'
import type { DocValue } from '#src/fql/values/document.ts'
import { objectOf, type TimeValue, type Value } from '#src/fql/values/value.ts'
import { andThen, type Eventual } from '#src/lib/eventual.ts'
import { encodeGlobalId } from '#src/lib/zbase32.ts'
import type { DatabaseHost } from '../database-host.ts'
import { DocumentVersion } from '../document-version.ts'
import { documentKey } from '../keys.ts'
import type { Failure, NativeDefinition } from '../native-collection.ts'
import { object, reference, text } from '../native-fields.ts'
import { noteEvent, noteWrite } from '../security-event.ts'
import { encodeVersion } from '../value-codec.ts'
import { SYSTEM_IDS } from './ids.ts'
import { foreignDocument } from './owned-document.ts'

export const credentialCollection: NativeDefinition = {
  id: SYSTEM_IDS.Credential,
  name: 'Credential',
  alias: 'Credentials',
  named: false,
  fields: [reference('document', { required: true }), text('password'), object('data')],
  hasTtl: false,
  uniques: [['document']],
  lookups: [],
  isSchema: false,
  staticType: credentialCollectionType,
  documentType: credentialDocumentType,
  /** The password never reaches the store: only its hash does, and a write without one keeps the old. */
  beforeWrite(write) {
    const { after, host } = write
    const password = after?.fields.get('password')
    after?.fields.delete('password')
    const failures = foreignDocument(write)
    if (typeof password !== 'string' || failures.length > 0) return failures
    return host.services.passwords.hash(password).then(
      (hash) => {
        after?.internal.set('hashed_password', hash)
        return failures
      },
      (error: unknown) => [tooLong(error)],
    )
  },
  afterWrite: (write) => noteWrite('credential', write),
}

function tooLong(error: unknown): Failure {
  if (error instanceof PasswordTooLong) return { path: ['password'], message: error.message }
  throw error
}

/** The credential as these rights may read it; fails like any method on a document that is not there. */
function read(ctx: Context, host: DatabaseHost, credential: DocValue): Eventual<DocumentVersion> {
  return andThen(host.find(ctx, credential), (found) => {
    if (found === 'permission denied') throw fail.permissionDenied()
    if (typeof found === 'string') throw notFound(credential, found)
    return found
  })
}

const hashOf = (version: DocumentVersion): string | undefined => {
  const hash = version.internal.get('hashed_password')
  return typeof hash === 'string' ? hash : undefined
}

/** Guessing by `verify` counts like guessing by `login`. */
export function verifyPassword(
  ctx: Context,
  host: DatabaseHost,
  credential: DocValue,
  password: string,
): Eventual<boolean> {
  return andThen(read(ctx, host, credential), (version) =>
    host.services.logins.attempt(host, credential, password, hashOf(version)).then((m) => m.matches),
  )
}

/** A wrong password is told before the right to create tokens is asked (spec/roles.md §4.3). */
export function login(
  ctx: Context,
  host: DatabaseHost,
  credential: DocValue,
  password: string,
  ttl: TimeValue | undefined,
): Eventual<Value> {
  if (ctx.at !== undefined || credential.at !== undefined) throw fail.writeInThePast()
  return andThen(read(ctx, host, credential), async (version) => {
    const match = await host.services.logins.attempt(host, credential, password, hashOf(version))
    if (!match.matches) throw fail.invalidSecret()
    if (match.needsUpgrade) await upgradeHash(host, credential, version, password)
    const data = objectOf({ document: version.fields.get('document'), ttl })
    const token = await host.create(ctx, host.schema.native('Token'), data, 'document')
    noteLogin(host, credential)
    return token
  })
}

/** Old hashes give way to today's when their password is known for once. Part of the login's own query. */
async function upgradeHash(
  host: DatabaseHost,
  credential: DocValue,
  version: DocumentVersion,
  password: string,
): Promise<void> {
  const hash = await host.services.passwords.hash(password)
  const internal = new Map([...version.internal, ['hashed_password', hash] as const])
  const { prefix } = host.schema.native('Credential')
  const upgraded = new DocumentVersion(undefined, version.ttl, version.fields, internal)
  host.transaction.put(documentKey(prefix, credential.key as bigint), encodeVersion(upgraded))
  host.forgetReads()
}

function noteLogin(host: DatabaseHost, credential: DocValue): void {
  const database = encodeGlobalId(host.schema.database)
  noteEvent(host, { kind: 'login', outcome: 'ok', database, credential: String(credential.key) })
}
