/** Security-relevant events, for whoever must be able to say later who did what. Ids only, never secrets. */
import type { Log } from './log.ts'

export type AuditEvent =
  | { readonly kind: 'authentication-failed'; readonly reason: string }
  | {
      readonly kind: 'login'
      readonly database: string
      readonly identity: string
      readonly succeeded: boolean
    }
  | {
      readonly kind:
        | 'credential-changed'
        | 'key-changed'
        | 'token-changed'
        | 'role-changed'
        | 'provider-changed'
      readonly action: 'create' | 'update' | 'delete'
      readonly database: string
      /** Id or name of the document. */
      readonly document: string
    }

/** Takes events after their transaction has committed. Must not throw. */
export interface AuditTrail {
  record(event: AuditEvent, context: { readonly requestId: string; readonly identity?: string }): void
}

/** Writes events into the log. */
export const auditInLog = (log: Log): AuditTrail => ({
  record: (event, context) => log.info({ audit: event, ...context }, 'audit'),
})
