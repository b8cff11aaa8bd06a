import { compileQuery, type QueryCode } from '#src/fql/eval/compile.ts'
import { type ParseResult, parseQuery } from '#src/fql/syntax/parser.ts'
import type { BlockExpr } from '#src/fql/syntax/tree.ts'
import { BoundedCache } from '#src/lib/bounded-cache.ts'

/**
 * Characters of the texts whose trees and code are kept, and the longest text that is. A character takes up to 300 bytes
 * of them.
 */
const MAX_CHARACTERS = 256 * 1024
const MAX_TEXT = 16_384

export interface PreparedQuery {
  readonly expr: BlockExpr
  readonly code: QueryCode
}

interface Kept {
  readonly result: ParseResult<PreparedQuery>
  readonly characters: number
}

/** Parses and compiles each text once, as long as it is used again. */
export class QueryCache {
  private readonly entries = new BoundedCache<Kept>(MAX_CHARACTERS, ({ characters }) => characters)

  /** `parameters`: names of template values and arguments, in order. */
  prepare(text: string, template: boolean, parameters: readonly string[]): ParseResult<PreparedQuery> {
    const key = keyOf(text, template, parameters)
    const known = this.entries.get(key)
    if (known) return known.result
    const parsed = parseQuery({ name: '*query*', text }, { template })
    if (!parsed.ok) return parsed
    const value = { expr: parsed.value, code: compileQuery(parsed.value, parameters) }
    const result = { ok: true, value } as const
    if (text.length <= MAX_TEXT) this.entries.set(key, { result, characters: key.length })
    return result
  }
}

/** Different for any two that differ, whatever characters the names hold: nobody may take another one's place. */
function keyOf(text: string, template: boolean, parameters: readonly string[]): string {
  let key = template ? 't' : 'q'
  for (const name of parameters) key += `${name.length}:${name}`
  return `${key}\n${text}`
}
