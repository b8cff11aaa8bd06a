import * as fail from '#src/fql/errors/catalogue.ts'
import type { Context } from '#src/fql/eval/context.ts'
import { hintFullDocuments, hintWholeObject, PartlyCovered } from '#src/fql/eval/hints.ts'
import { draftToken, type TokenDraft } from '#src/fql/sets/cursor.ts'
import { firstPage, type Page } from '#src/fql/sets/read.ts'
import type { DocValue, MissingCause } from '#src/fql/values/document.ts'
import { sameValue } from '#src/fql/values/equality.ts'
import { ListedFields } from '#src/fql/values/listed-fields.ts'
import { CursorValue, DEFAULT_PAGE_SIZE, type EventSourceValue, type SetValue } from '#src/fql/values/set.ts'
import { isArray, kindOf, type ObjectValue, type Value } from '#src/fql/values/value.ts'
import { andThen, type Eventual, eachIndex, repeat } from '#src/lib/eventual.ts'

/** A result with all that was read for it: it can be encoded without a transaction. */
export interface Materialised {
  readonly value: Value
  /** Documents outside of documents: their fields in order, or why there are none. */
  readonly documents: ReadonlyMap<DocValue, ReadonlyMap<string, Value> | MissingCause>
  readonly pages: ReadonlyMap<SetValue, Page>
  /** Cursors, event sources, and sets that are not expanded. */
  readonly tokens: ReadonlyMap<Value, TokenDraft>
}

/** Sets within sets that become pages; the ones within become cursors. */
const MAX_SET_ROUNDS = 10
/** Values within values. */
const MAX_RESULT_DEPTH = 1000
/** Values of one result, parts that are shared counted wherever they are seen. */
const MAX_RESULT_VALUES = 5_000_000

/**
 * Reads the documents and the first pages of the sets that a result holds (protocol §4.1). References inside documents are
 * not followed. To be done inside the transaction: failures fail the query.
 */
export function materialise(ctx: Context, value: Value): Eventual<Materialised> {
  const m = new Materialisation(ctx, value)
  if (isScalar(value)) return m
  return andThen(m.run(), () => m)
}

const isScalar = (v: Value): boolean => typeof v !== 'object'

/** A set that is not read yet, and the sets whose elements it is among. */
interface Pending {
  readonly set: SetValue
  readonly depth: number
  readonly within: Pending | undefined
}

class Materialisation implements Materialised {
  readonly value: Value
  readonly documents = new Map<DocValue, ReadonlyMap<string, Value> | MissingCause>()
  readonly pages = new Map<SetValue, Page>()
  readonly tokens = new Map<Value, TokenDraft>()
  private readonly ctx: Context
  private readonly pendingDocuments: DocValue[] = []
  private pendingSets: Pending[] = []
  private values = 0

  constructor(ctx: Context, value: Value) {
    this.ctx = ctx
    this.value = value
  }

  run(): Eventual<void> {
    this.gather(this.value, 0, undefined)
    return andThen(this.readSets(), () => this.readDocuments())
  }

  private gather(v: Value, depth: number, within: Pending | undefined): void {
    if (typeof v !== 'object') return
    this.count(v, depth)
    if (isArray(v)) {
      for (const e of v) this.gather(e, depth + 1, within)
      return
    }
    switch (v.kind) {
      case 'object':
        if (v instanceof PartlyCovered) hintWholeObject(this.ctx, v)
        for (const e of v.fields.values()) this.gather(e, depth + 1, within)
        break
      case 'doc':
        this.pendingDocuments.push(v)
        break
      case 'set':
        this.gatherSet({ set: v, depth, within })
        break
      case 'cursor':
      case 'event-source':
        this.draft(v)
    }
  }

  private count(v: Value, depth: number): void {
    checkDepth(depth)
    this.values += isArray(v) ? v.length : 1
    if (this.values > MAX_RESULT_VALUES)
      throw fail.valueTooLarge(`the result has more than ${MAX_RESULT_VALUES} values`)
  }

  /** A set among its own elements would have no end: there it becomes a cursor. */
  private gatherSet(pending: Pending): void {
    let outer = pending.within
    while (outer && !sameValue(outer.set, pending.set)) outer = outer.within
    if (outer) this.draft(pending.set)
    else this.pendingSets.push(pending)
  }

  private draft(v: CursorValue | EventSourceValue | SetValue): void {
    if (!this.tokens.has(v)) this.tokens.set(v, draftToken(this.ctx, v.kind === 'set' ? cursorTo(v) : v))
  }

  private readSets(): Eventual<void> {
    let round = 0
    return repeat(() => {
      const sets = this.pendingSets
      this.pendingSets = []
      if (round++ < MAX_SET_ROUNDS)
        return andThen(
          eachIndex(sets.length, (i) => this.readSet(sets[i] as Pending)),
          () => this.pendingSets.length > 0,
        )
      for (const { set } of sets) this.draft(set)
      return false
    })
  }

  private readSet(pending: Pending): Eventual<void> {
    const { set, depth } = pending
    if (this.pages.has(set)) return
    return andThen(firstPage(this.ctx, set), (page) => {
      this.pages.set(set, page)
      this.gather(page.data, depth + 1, pending)
      if (page.after) this.draft(page.after)
    })
  }

  private readDocuments(): Eventual<void> {
    return eachIndex(this.pendingDocuments.length, (i) =>
      this.readDocument(this.pendingDocuments[i] as DocValue),
    )
  }

  private readDocument(doc: DocValue): Eventual<void> {
    if (doc.coverage) hintFullDocuments(this.ctx, doc.coverage)
    if (this.documents.has(doc)) return
    const contents = this.ctx.host.contents(this.ctx, doc)
    return contents instanceof Promise
      ? contents.then((c) => this.takeContents(doc, c))
      : this.takeContents(doc, contents)
  }

  private takeContents(doc: DocValue, contents: ReadonlyMap<string, Value> | MissingCause): void {
    this.documents.set(doc, contents)
    // What is stored holds no cursors; what is computed may.
    if (typeof contents === 'string' || contents instanceof ListedFields) return
    for (const v of contents.values()) this.gatherInside(v, 0)
  }

  /** What documents hold is not read; but cursors must be written down. */
  private gatherInside(v: Value, depth: number): void {
    if (typeof v !== 'object') return
    this.count(v, depth)
    switch (kindOf(v)) {
      case 'array':
        for (const e of v as readonly Value[]) this.gatherInside(e, depth + 1)
        break
      case 'object':
        for (const e of (v as ObjectValue).fields.values()) this.gatherInside(e, depth + 1)
        break
      case 'set':
      case 'cursor':
      case 'event-source':
        this.draft(v as SetValue | CursorValue | EventSourceValue)
    }
  }
}

const cursorTo = (set: SetValue): CursorValue => new CursorValue(set, set.pageSize ?? DEFAULT_PAGE_SIZE)

function checkDepth(depth: number): void {
  if (depth > MAX_RESULT_DEPTH)
    throw fail.valueTooLarge(`the result is nested more than ${MAX_RESULT_DEPTH} deep`)
}
