/** Replies that the server gives by itself. Each family of endpoints has its own form of an error. */
import type { Reply } from '#src/engine/service.ts'

const json = (status: number, body: unknown, headers?: Record<string, string>): Reply =>
  headers === undefined
    ? { status, body: JSON.stringify(body) }
    : { status, body: JSON.stringify(body), headers }

/** `/query/1`, `/stream/1`, `/feed/1` (protocol §5.1). */
export const protocolError = (status: number, code: string, message: string): Reply =>
  json(status, { error: { code, message } })

/** `/schema/1` (protocol §9). */
export const schemaError = (status: number, message: string): Reply => json(status, { error: { message } })

/** Every path that is not of the v10 interface (protocol §10). */
export const legacyError = (
  status: number,
  code: string,
  description: string,
  headers?: Record<string, string>,
): Reply => json(status, { errors: [{ code, description }] }, headers)

/** Below HTTP itself, and `/export/1`. */
export const plainError = (status: number, error: string): Reply => json(status, { error })

export const resource = (text: string): Reply => json(200, { resource: text })

export const tooLargeMessage = 'Request entity is too large'
export const internalMessage = (requestId: string): string =>
  `Internal error. The log of the server tells more about request ${requestId}.`
