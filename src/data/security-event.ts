import { DocValue } from '#src/fql/values/document.ts'
import { encodeGlobalId } from '#src/lib/zbase32.ts'
import type { DatabaseHost } from './database-host.ts'
import type { NativeWrite } from './native-collection.ts'

/** Kinds of documents whose changes are told. */
export type SecuredKind = 'token' | 'key' | 'credential' | 'role' | 'access provider'

/** What whoever answers for security must be able to reconstruct. Ids and names only, never a secret. */
export type SecurityEvent =
  | {
      readonly kind: 'login'
      readonly outcome: 'ok' | 'failed' | 'blocked'
      /** Global id of the database. */
      readonly database: string
      /** Id of the credential. */
      readonly credential: string
    }
  | { readonly kind: 'authentication failed'; readonly presented: string }
  | {
      readonly kind: SecuredKind
      readonly action: 'create' | 'update' | 'delete'
      readonly database: string
      /** Id or name of the document. */
      readonly document: string
      /** Whom a token or credential stands for. */
      readonly identity?: string
    }

export function noteEvent(host: DatabaseHost, event: SecurityEvent): void {
  host.events ??= []
  host.events.push(event)
}

/** Notes a write of a document that secrets or rights hang on. */
export function noteWrite(kind: SecuredKind, { host, key, before, after }: NativeWrite): void {
  const fields = (after ?? before)?.fields
  const name = fields?.get('name')
  const owner = fields?.get('document')
  noteEvent(host, {
    kind,
    action: before ? (after ? 'update' : 'delete') : 'create',
    database: encodeGlobalId(host.schema.database),
    document: typeof name === 'string' ? name : String(key),
    ...(owner instanceof DocValue && { identity: documentText(owner) }),
  })
}

/** `User/12` */
export const documentText = (doc: DocValue): string => `${doc.collection.name}/${doc.key}`
