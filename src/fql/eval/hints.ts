/** Performance hints (spec/language.md Part 4): on request only, each once a query, never changing a result. */
import type { Span } from '#src/fql/syntax/span.ts'
import type { Context } from './context.ts'

type HintCode = 'collection_scan' | 'non_covered_document_read'

function hint(ctx: Context, code: HintCode, text: string, span?: Span): void {
  ctx.run.hint(`${code} - ${text} See https://docs.fauna.com/performance_hint/${code}.`, span)
}

export function hintCollectionScan(ctx: Context, method: string, collection: string): void {
  if (!ctx.run.wantsHints) return
  hint(
    ctx,
    'collection_scan',
    `Using ${method}() on collection ${collection} can cause a read of every document.`,
  )
}

/** The index that a document came out of, and the paths that its entries hold. */
export interface Coverage {
  /** `C.I` */
  readonly index: string
  readonly paths: readonly (readonly (string | number)[])[]
  /** Arguments of the index call. */
  readonly span: Span
}

/** A field was read that is neither part of an entry nor has one below it. */
export function hintUncoveredField(ctx: Context, coverage: Coverage, name: string, span: Span): void {
  if (!ctx.run.wantsHints || name === 'id' || name === 'coll' || name === 'data') return
  if (coverage.paths.some((p) => p[0] === name)) return
  hint(ctx, 'non_covered_document_read', `.${name} is not covered by the ${coverage.index} index.`, span)
}

export function hintFullDocuments(ctx: Context, coverage: Coverage): void {
  hint(ctx, 'non_covered_document_read', `Full documents returned from ${coverage.index}.`, coverage.span)
}
