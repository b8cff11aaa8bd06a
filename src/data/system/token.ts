/** `Token` (spec/secrets.md §1). */

import type { MintedSecret } from '#src/access/secrets/mint.ts'
import { systemDocumentType } from '#src/fql/stdlib/document.ts'
import { tokenCollectionType } from '#src/fql/stdlib/token.ts'
import { formatTime } from '#src/fql/values/calendar.ts'
import { BytesValue, TimeValue } from '#src/fql/values/value.ts'
import { andThen, type Eventual } from '#src/lib/eventual.ts'
import type { Failure, NativeDefinition, NativeWrite } from '../native-collection.ts'
import { object, reference, text } from '../native-fields.ts'
import { noteWrite } from '../security-event.ts'
import { SYSTEM_IDS } from './ids.ts'
import { foreignDocument } from './owned-document.ts'

/** Secrets minted by the running write, shown once in what `create` answers. */
const minted = new WeakMap<object, MintedSecret>()

export const tokenCollection: NativeDefinition = {
  id: SYSTEM_IDS.Token,
  name: 'Token',
  named: false,
  fields: [reference('document', { required: true }), text('secret', { readonly: true }), object('data')],
  hasTtl: true,
  uniques: [],
  lookups: [['document']],
  isSchema: false,
  staticType: tokenCollectionType,
  documentType: systemDocumentType,
  beforeWrite(write) {
    if (!write.before && write.after) mint(write)
    const failures = foreignDocument(write)
    return failures.length > 0 ? failures : limitLifetime(write)
  },
  afterWrite: (write) => noteWrite('token', write),
  onCreated: (write) => shownSecret(write),
}

/** The database's default for tokens without a ttl, and its maximum for all. */
function limitLifetime({ host, before, after }: NativeWrite): Eventual<Failure[]> {
  if (!after || (before && after.ttl === before.ttl)) return []
  return andThen(host.services.identity.tokenLifetime(host), ({ byDefault, atMost }) => {
    const now = BigInt(host.snapshotTs) * 1000n
    const fallback = (before ? undefined : byDefault) ?? atMost
    if (!after.ttl && fallback !== undefined) after.ttl = new TimeValue(now + fallback)
    if (!after.ttl || atMost === undefined || after.ttl.nanos <= now + atMost) return []
    const longest = formatTime(now + atMost)
    return [{ path: ['ttl'], message: `Tokens of this database end at ${longest} at the latest.` }]
  })
}

function mint(write: NativeWrite): void {
  const secret = write.host.services.secrets.token(write.key, write.host.schema.database)
  write.after?.internal.set('hashed_secret', new BytesValue(secret.hash))
  minted.set(write.given, secret)
}

function shownSecret(write: NativeWrite): ReadonlyMap<string, string> {
  const secret = minted.get(write.given)
  return new Map(secret ? [['secret', secret.secret.reveal()]] : [])
}
