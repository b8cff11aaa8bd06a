import { parsePath } from '#src/fql/syntax/parser.ts'
import { NO_SPAN } from '#src/fql/syntax/span.ts'
import type { FieldPath } from './path.ts'

/** A path as documents hold it: the first dot is optional. Throws when it is none, which validation keeps out. */
export const parseStoredPath = (text: string): FieldPath => {
  const parsed = parsePath({ name: '*path*', text })
  if (!parsed.ok) throw new Error(`stored path does not parse: ${text}`)
  const elements = parsed.value.map((key) => ({
    key: typeof key === 'number' ? BigInt(key) : key,
    span: NO_SPAN,
  }))
  return { elements, span: NO_SPAN }
}
