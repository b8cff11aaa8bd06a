/** A regular expression in the syntax of `java.util.regex`, parsed (spec/stdlib.md §2.1). */

/** A set of code points. */
export type CodeTest = (codePoint: number) => boolean

export type RepeatMode = 'greedy' | 'lazy' | 'possessive'

/** Places that take no text; `multiline` kinds look at every line. */
export type Place =
  | 'text-start'
  | 'text-end'
  | 'last-line-end'
  | 'line-start'
  | 'line-end'
  | 'search-start'
  | 'word-boundary'
  | 'no-word-boundary'

export type Pattern =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'set'; readonly test: CodeTest }
  | { readonly kind: 'sequence'; readonly items: readonly Pattern[] }
  | { readonly kind: 'choice'; readonly branches: readonly Pattern[] }
  | {
      readonly kind: 'repeat'
      readonly body: Pattern
      readonly min: number
      readonly max: number
      readonly mode: RepeatMode
    }
  | { readonly kind: 'capture'; readonly group: number; readonly body: Pattern }
  | { readonly kind: 'atomic'; readonly body: Pattern }
  | { readonly kind: 'ahead'; readonly negative: boolean; readonly body: Pattern }
  | {
      readonly kind: 'behind'
      readonly negative: boolean
      readonly body: Pattern
      readonly lengths: Lengths
    }
  | { readonly kind: 'reference'; readonly group: number; readonly fold: Fold | undefined }
  /** `unixLines`: only line feeds end lines. */
  | { readonly kind: 'place'; readonly place: Place; readonly unixLines: boolean }

/** Maps code points that count as the same to one. */
export type Fold = (codePoint: number) => number

/** UTF-16 units that a pattern can take. */
export interface Lengths {
  readonly min: number
  readonly max: number
}

export const EMPTY: Pattern = { kind: 'sequence', items: [] }

/** Least and most units; `max` is infinite where nothing bounds it. */
export function lengthsOf(p: Pattern): Lengths {
  switch (p.kind) {
    case 'text':
      return { min: p.text.length, max: p.text.length }
    case 'set':
      return { min: 1, max: 2 }
    case 'sequence':
      return p.items.map(lengthsOf).reduce((a, b) => ({ min: a.min + b.min, max: a.max + b.max }), NOTHING)
    case 'choice': {
      const all = p.branches.map(lengthsOf)
      return { min: Math.min(...all.map((l) => l.min)), max: Math.max(...all.map((l) => l.max)) }
    }
    case 'repeat': {
      const { min, max } = lengthsOf(p.body)
      return { min: min * p.min, max: max === 0 ? 0 : max * p.max }
    }
    case 'capture':
    case 'atomic':
      return lengthsOf(p.body)
    case 'reference':
      return { min: 0, max: Number.POSITIVE_INFINITY }
    default:
      return NOTHING
  }
}

const NOTHING: Lengths = { min: 0, max: 0 }
