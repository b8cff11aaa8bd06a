/** Security-relevant events, for whoever must be able to say later who did what. Ids and names only, never secrets. */
import type { Log } from './log.ts'

/** What is told: plain data, `kind` says of what. */
interface AuditEvent {
  readonly kind: string
}

/** Who asked, and whence. */
interface AuditOrigin {
  readonly requestId: string
  readonly address: string | undefined
  readonly actor: string
}

/** Writes events into the log, at level `info`. */
export const auditInLog = (log: Log) => ({
  record: (event: AuditEvent, origin: AuditOrigin | undefined): void => {
    log.info(
      { audit: event, request: origin?.requestId, address: origin?.address, actor: origin?.actor },
      'audit',
    )
  },
})
