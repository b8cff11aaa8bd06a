import { compileQuery, type QueryCode } from '#src/fql/eval/compile.ts'
import { type ParseResult, parseQuery } from '#src/fql/syntax/parser.ts'
import type { BlockExpr } from '#src/fql/syntax/tree.ts'

/** Texts whose trees and code are kept, and the longest text that is. */
const MAX_ENTRIES = 1000
const MAX_TEXT = 16_384

export interface PreparedQuery {
  readonly expr: BlockExpr
  readonly code: QueryCode
}

/** Parses and compiles each text once. Bounded: the least recently used goes. */
export class QueryCache {
  private readonly entries = new Map<string, PreparedQuery>()

  /** `parameters`: names of template values and arguments, in order. */
  prepare(text: string, template: boolean, parameters: readonly string[]): ParseResult<PreparedQuery> {
    const key = `${template ? 't' : 'q'}${parameters.join(',')}\n${text}`
    const known = this.entries.get(key)
    if (known) {
      this.entries.delete(key)
      this.entries.set(key, known)
      return { ok: true, value: known }
    }
    const parsed = parseQuery({ name: '*query*', text }, { template })
    if (!parsed.ok) return parsed
    const prepared = { expr: parsed.value, code: compileQuery(parsed.value, parameters) }
    if (text.length <= MAX_TEXT) this.entries.set(key, prepared)
    if (this.entries.size > MAX_ENTRIES) this.entries.delete(this.entries.keys().next().value as string)
    return { ok: true, value: prepared }
  }
}
