/** FSL text to schema items (spec/schema.md §1, §2). */
import type { Diagnostic } from '#src/fql/errors/diagnostic.ts'
import { run } from '#src/fql/syntax/result.ts'
import type { Source } from '#src/fql/syntax/span.ts'
import type { SchemaItem } from '../model/items.ts'
import { convertNodes } from './convert.ts'
import { FslGrammar } from './grammar.ts'

export type FslResult =
  | { readonly ok: true; readonly items: readonly SchemaItem[] }
  | { readonly ok: false; readonly errors: readonly Diagnostic[] }

/** Parses one file. All mistakes of its items are reported together; a syntax error ends the parse. */
export const parseFsl = (source: Source): FslResult => {
  const nodes = run(new FslGrammar(source), (grammar) => grammar.file())
  if (!nodes.ok) return nodes
  const { items, diagnostics } = convertNodes(nodes.value)
  return diagnostics.length > 0 ? { ok: false, errors: diagnostics } : { ok: true, items }
}
