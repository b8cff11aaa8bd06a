import type { Diagnostic } from '#src/fql/errors/diagnostic.ts'
import { isParseFailure, type Scanner } from './scanner.ts'

export type ParseResult<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly errors: readonly Diagnostic[] }

/** Runs `parse` on a scanner of a whole text, and gathers what is wrong. */
export const run = <S extends Scanner, T>(scanner: S, parse: (scanner: S) => T): ParseResult<T> => {
  try {
    const value = parse(scanner)
    return scanner.errors.length > 0 ? { ok: false, errors: scanner.errors } : { ok: true, value }
  } catch (e) {
    if (!isParseFailure(e)) throw e
    return { ok: false, errors: scanner.diagnostics() }
  }
}
