/** Performance hints (spec/language.md Part 4): on request only, each once a query, never changing a result. */
import type { Span } from '#src/fql/syntax/span.ts'
import { ObjectValue, type Value } from '#src/fql/values/value.ts'
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

type Path = readonly (string | number)[]

/** The index that a document came out of, and the paths that its entries hold. */
export interface Coverage {
  /** `C.I` */
  readonly index: string
  readonly paths: readonly Path[]
  /** Fields whose values, or parts of them, stand in its entries. */
  readonly fields: ReadonlySet<string>
  /** Arguments of the index call. */
  readonly span: Span
}

/** An object in a document of which an index holds parts. */
export class PartlyCovered extends ObjectValue {
  readonly coverage: Coverage
  readonly path: Path
  /** The field name that gave it. */
  readonly place: Span
  constructor(fields: ReadonlyMap<string, Value>, coverage: Coverage, path: Path, place: Span) {
    super(fields)
    this.coverage = coverage
    this.path = path
    this.place = place
  }
}

/**
 * Hints at a field that was read and is neither part of an entry nor has one below it. Answers the value; an object of
 * which only parts are held tells more when these are read.
 */
export function hintField(ctx: Context, coverage: Coverage, path: Path, value: Value, span: Span): Value {
  if (!ctx.run.wantsHints) return value
  // User fields can be reached through `data`, too.
  const own = path[0] === 'data' ? path.slice(1) : path
  if (own.length === 0) return partly(coverage, path, value, span)
  if (own.length === 1 && (own[0] === 'id' || own[0] === 'coll')) return value
  const all = coverage.paths.map((p) => (p[0] === 'data' ? p.slice(1) : p))
  if (all.some((p) => isPrefix(p, own))) return value
  if (all.some((p) => isPrefix(own, p))) return partly(coverage, path, value, span)
  hintPath(ctx, coverage, own, span)
  return value
}

const partly = (coverage: Coverage, path: Path, value: Value, span: Span): Value =>
  value instanceof ObjectValue ? new PartlyCovered(value.fields, coverage, path, span) : value

const isPrefix = (short: Path, long: Path): boolean =>
  short.length <= long.length && short.every((e, i) => e === long[i])

/** An object that is only partly covered is in the result as a whole. */
export const hintWholeObject = (ctx: Context, { coverage, path, place }: PartlyCovered): void =>
  hintPath(ctx, coverage, path[0] === 'data' ? path.slice(1) : path, place)

const hintPath = (ctx: Context, coverage: Coverage, path: Path, span: Span): void =>
  hint(
    ctx,
    'non_covered_document_read',
    `${pathText(path)} is not covered by the ${coverage.index} index.`,
    span,
  )

const pathText = (path: Path): string =>
  path.length === 0 ? '.data' : path.map((e) => (typeof e === 'number' ? `[${e}]` : `.${e}`)).join('')

export function hintFullDocuments(ctx: Context, coverage: Coverage): void {
  hint(ctx, 'non_covered_document_read', `Full documents returned from ${coverage.index}.`, coverage.span)
}
