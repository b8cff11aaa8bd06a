/** `AccessProvider`: trust in an issuer of JWTs (spec/secrets.md §4). */
import { audienceOf } from '#src/access/jwt/audience.ts'
import { isJwksUri } from '#src/access/jwt/jwks-target.ts'
import { systemDocumentType } from '#src/fql/stdlib/document.ts'
import { accessProviderCollectionType } from '#src/fql/stdlib/schema-collections.ts'
import type { Failure, NativeDefinition, NativeWrite } from '../native-collection.ts'
import { anything, object, text } from '../native-fields.ts'
import { noteWrite } from '../security-event.ts'
import { SYSTEM_IDS } from './ids.ts'
import { invalidName } from './names.ts'
import { roleFailures } from './provider-roles.ts'
import { schemaWritten } from './schema-written.ts'

export const accessProviderCollection: NativeDefinition = {
  id: SYSTEM_IDS.AccessProvider,
  name: 'AccessProvider',
  named: true,
  fields: [
    text('name', { required: true }),
    text('issuer', { required: true }),
    text('jwks_uri', { required: true }),
    anything('roles'),
    text('audience', { readonly: true }),
    object('data'),
  ],
  hasTtl: false,
  uniques: [['issuer']],
  lookups: [],
  isSchema: true,
  staticType: accessProviderCollectionType,
  documentType: systemDocumentType,
  beforeWrite: providerFailures,
  derived: (host) => new Map([['audience', audienceOf(host.schema.database)]]),
  afterWrite(write) {
    noteWrite('access provider', write)
    schemaWritten(write)
  },
}

function providerFailures({ before, after, host }: NativeWrite): Failure[] {
  if (!after) return []
  const name = after.fields.get('name')
  const uri = after.fields.get('jwks_uri')
  const failures = before?.fields.get('name') === name ? [] : invalidName(name)
  failures.push(...roleFailures(after.fields))
  if (typeof uri === 'string' && !isJwksUri(uri, host.services.jwksReach))
    failures.push({ path: ['jwks_uri'], message: `\`${uri}\` must be a valid https URI.` })
  return failures
}
