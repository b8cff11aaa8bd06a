import type { SecurityEvent } from '#src/data/security-event.ts'
import type { RequestOrigin } from '#src/data/services.ts'

/** Takes events that concern security, those of a query after it has committed. Must not throw. */
export interface AuditTrail {
  record(event: SecurityEvent, origin: RequestOrigin | undefined): void
}

export const NO_AUDIT: AuditTrail = { record: () => {} }
