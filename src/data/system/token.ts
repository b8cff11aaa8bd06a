/** `Token` (spec/secrets.md §1). */

import type { MintedSecret } from '#src/access/secrets/mint.ts'
import { systemDocumentType } from '#src/fql/stdlib/document.ts'
import { tokenCollectionType } from '#src/fql/stdlib/token.ts'
import { BytesValue } from '#src/fql/values/value.ts'
import type { NativeDefinition, NativeWrite } from '../native-collection.ts'
import { object, reference, text } from '../native-fields.ts'
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
    return foreignDocument(write)
  },
  onCreated: (write) => shownSecret(write),
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
