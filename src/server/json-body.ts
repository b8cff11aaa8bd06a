/** The body of a request as JSON. */
import { isUtf8 } from 'node:buffer'
import type { JsonValue } from '#src/lib/json.ts'
import { BadRequest } from './bad-request.ts'
import { JsonError, parseJson } from './json-parser.ts'

/** Throws `BadRequest` with a message of the reference (protocol §3.2). */
export function parseBody(bytes: Buffer): JsonValue {
  if (!isUtf8(bytes)) throw new BadRequest('Invalid request body')
  try {
    return parseJson(bytes.toString('utf8'))
  } catch (error) {
    if (!(error instanceof JsonError)) throw error
    // A body that is an array is refused for that, however deep it is.
    if (/^\s*\[/.test(bytes.toString('latin1', 0, 64))) {
      throw new BadRequest('Invalid request body: Unexpected JSON Array Start.')
    }
    throw new BadRequest(
      error.reason === 'depth' ? 'Invalid request body: JSON exceeds nesting limit' : 'Invalid request body',
    )
  }
}
