/** `x-query-tags` (protocol §3.6). */
import { maxTagKeyLength, maxTags, maxTagsLength, maxTagValueLength } from '#src/lib/limits.ts'
import { type Headers, header, invalid } from './headers.ts'

const name = 'x-query-tags'
const syntax = /^\w+=\w+(?:,\w+=\w+)*$/

/** The header as it was sent, checked; undefined when there is none. Throws `BadRequest`. */
export function readTags(headers: Headers): string | undefined {
  const text = header(headers, name)
  if (text === undefined || text === '') return undefined
  if (text.length > maxTagsLength) throw invalid(name, 'header is too long')
  if (!syntax.test(text)) throw invalid(name, 'invalid tags')
  checkPairs(text.split(','))
  return text
}

/** From the last to the first: so does the reference, which decides what is reported when several are wrong. */
function checkPairs(pairs: readonly string[]): void {
  if (pairs.length > maxTags) throw invalid(name, 'too many tags')
  const seen = new Set<string>()
  for (const pair of pairs.toReversed()) {
    const [key = '', value = ''] = pair.split('=')
    if (key.length > maxTagKeyLength) throw invalid(name, 'invalid key')
    if (value.length > maxTagValueLength) throw invalid(name, 'invalid value')
    if (seen.has(key)) throw invalid(name, 'duplicate key')
    seen.add(key)
  }
}
