/** Access providers of a schema, compiled once for each of its versions. */

import type { DatabaseSchema } from '#src/data/database-schema.ts'
import { listField, textField } from '#src/data/schema-model.ts'
import { storedLambda } from '#src/data/stored-code.ts'
import type { LambdaValue } from '#src/fql/values/function.ts'
import { ObjectValue, type Value } from '#src/fql/values/value.ts'
import { memoized } from '#src/lib/memoized.ts'

export interface Provider {
  readonly jwksUri: string
  readonly roles: readonly ProviderRole[]
}

/** A role that the provider gives to every token, or to those that the predicate accepts. */
export interface ProviderRole {
  readonly role: string
  readonly predicate: LambdaValue | undefined
}

/** By issuer. */
export const providersOf = memoized(
  ({ documents }: DatabaseSchema): ReadonlyMap<string, Provider> =>
    new Map(documents.accessProviders.map(([, { fields }]) => providerOf(fields))),
)

const providerOf = (fields: ReadonlyMap<string, Value>): [string, Provider] => [
  textField(fields, 'issuer') ?? '',
  { jwksUri: textField(fields, 'jwks_uri') ?? '', roles: listField(fields, 'roles').flatMap(providerRole) },
]

/** An entry whose predicate does not parse gives nothing. */
function providerRole(entry: Value): ProviderRole[] {
  const fields = entry instanceof ObjectValue ? entry.fields : new Map([['role', entry]])
  const role = textField(fields, 'role') ?? ''
  const text = textField(fields, 'predicate')
  if (text === undefined) return [{ role, predicate: undefined }]
  const predicate = storedLambda(text, `*access provider role:${role}*`)
  return predicate ? [{ role, predicate }] : []
}
