/** Watches over things that may occur only once (spec/schema.md §2.1). */
import type { Span } from '#src/fql/syntax/span.ts'
import type { Name } from '#src/fql/syntax/tree.ts'
import type { IndexTerm, Unique } from '../model/items.ts'
import type { Report } from './report.ts'

/** Names of one list. */
export class DuplicateNames {
  readonly #seen = new Map<string, Span>()
  readonly #report: Report
  readonly #what: string
  constructor(report: Report, what: string) {
    this.#report = report
    this.#what = what
  }

  has(name: Name): boolean {
    return this.#seen.has(name.text)
  }

  check(name: Name): void {
    const original = this.#seen.get(name.text)
    if (original === undefined) this.#seen.set(name.text, name.span)
    else this.#report.duplicate(`Duplicate ${this.#what} \`${name.text}\``, name.span, original)
  }
}

/** Members that may be written once. */
export class Once {
  readonly #seen = new Map<string, Span>()
  readonly #report: Report
  constructor(report: Report) {
    this.#report = report
  }

  seen(what: string): boolean {
    return this.#seen.has(what)
  }

  check(what: string, span: Span): void {
    const original = this.#seen.get(what)
    if (original === undefined) this.#seen.set(what, span)
    else this.#report.duplicate(`Duplicate ${what}`, span, original)
  }
}

/** Unique constraints over the same set of terms, in whatever order and spelling. */
export class DuplicateUniques {
  readonly #seen = new Map<string, Span>()
  readonly #report: Report
  constructor(report: Report) {
    this.#report = report
  }

  check(unique: Unique): void {
    const key = [...new Set(unique.items.map(termKey))].sort().join()
    const original = this.#seen.get(key)
    if (original === undefined) this.#seen.set(key, unique.listSpan)
    else {
      const hint = { message: 'This unique constraint covers the same fields.', span: original }
      this.#report.hinted('Duplicate unique constraint.', unique.listSpan, hint)
    }
  }
}

const termKey = (term: IndexTerm): string =>
  JSON.stringify([
    term.mva,
    ...term.path.elements.map(({ key }) => (typeof key === 'string' ? key : Number(key))),
  ])
