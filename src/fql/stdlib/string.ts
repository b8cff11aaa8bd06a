/** Strings (spec/stdlib.md §2). All indexes count code points. */

import * as fail from '#src/fql/errors/catalogue.ts'
import type { Context } from '#src/fql/eval/context.ts'
import { nfkcCasefold } from '#src/fql/values/casefold.ts'
import { codePointAt, codePointIndex, codePointLength, unitIndex } from '#src/fql/values/code-points.ts'
import { concatTexts } from '#src/fql/values/limits.ts'
import {
  MAX_RADIX,
  MIN_RADIX,
  parseDouble,
  parseInt32,
  parseInteger,
  parseNumber,
} from '#src/fql/values/number-text.ts'
import { Double, type Value } from '#src/fql/values/value.ts'
import { field, method } from './declare.ts'
import { declareModule } from './module.ts'
import { noValue } from './no-value.ts'
import { allMatches, firstMatch, regexFinder } from './regex.ts'
import { type Finder, literalFinder, replaceMatches, splitByMatches } from './string-search.ts'
import { valueType } from './value-type.ts'

/** The unit index of an existing code point. */
function elementIndex(s: string, index: number): number {
  const unit = index < 0 ? undefined : unitIndex(s, index)
  if (unit === undefined || unit >= s.length) throw fail.indexOutOfBounds(index, codePointLength(s))
  return unit
}

/** The unit index of a place between code points, the end among them. */
function boundaryIndex(s: string, index: number): number {
  const unit = index < 0 ? undefined : unitIndex(s, index)
  if (unit === undefined) throw fail.indexOutOfBounds(index, codePointLength(s))
  return unit
}

const clampedIndex = (s: string, index: number): number => (index < 0 ? 0 : (unitIndex(s, index) ?? s.length))

const at = (_ctx: Context, self: string, index: number): string =>
  codePointAt(self, elementIndex(self, index))

/** A found unit index as a code point index, or null. */
const foundAt = (ctx: Context, self: string, unit: number): Value =>
  unit < 0 ? noValue(ctx, 'no element found') : codePointIndex(self, unit)

function indexOf(ctx: Context, self: string, pattern: string, start?: number): Value {
  const from = start === undefined ? 0 : elementIndex(self, start)
  return foundAt(ctx, self, self.indexOf(pattern, from))
}

function lastIndexOf(ctx: Context, self: string, pattern: string, end?: number): Value {
  const from = end === undefined ? self.length : elementIndex(self, end)
  return foundAt(ctx, self, self.lastIndexOf(pattern, from))
}

function indexOfRegex(ctx: Context, self: string, regex: string, start?: number): Value {
  const from = start === undefined ? 0 : elementIndex(self, start)
  const match = firstMatch(regex, self.slice(from))
  return foundAt(ctx, self, match ? from + match[0] : -1)
}

function insert(_ctx: Context, self: string, index: number, other: string): string {
  const unit = boundaryIndex(self, index)
  return concatTexts(concatTexts(self.slice(0, unit), other), self.slice(unit))
}

function slice(_ctx: Context, self: string, start: number, end?: number): string {
  return self.slice(clampedIndex(self, start), end === undefined ? undefined : clampedIndex(self, end))
}

function splitAt(_ctx: Context, self: string, index: number): Value {
  const unit = boundaryIndex(self, index)
  return [self.slice(0, unit), self.slice(unit)]
}

function replace(self: string, find: Finder, replacement: string, amount: number): string {
  if (amount < 1) throw fail.invalidArgument('count', 'must be greater than or equal to 1')
  return replaceMatches(self, find, replacement, amount)
}

function matches(_ctx: Context, self: string, regex: string): string[] {
  return allMatches(regex, self).map(([start, end]) => self.slice(start, end))
}

/** Pairs of start and text. The starts ascend, so each is counted on from the one before. */
function matchIndexes(_ctx: Context, self: string, regex: string): Value {
  let unit = 0
  let index = 0
  return allMatches(regex, self).map(([start, end]) => {
    index += codePointLength(self.slice(unit, start))
    unit = start
    return [index, self.slice(start, end)]
  })
}

const FORMATS: ReadonlyMap<string, (s: string) => string> = new Map([
  ['NFKCCaseFold', nfkcCasefold],
  ...(['NFC', 'NFD', 'NFKC', 'NFKD'] as const).map(
    (form) => [form, (s: string) => s.normalize(form)] as const,
  ),
])

function casefold(_ctx: Context, self: string, format = 'NFKCCaseFold'): string {
  const apply = FORMATS.get(format)
  if (apply) return apply(self)
  const known = 'expected a casefold format (one of NFKCCaseFold, NFC, NFD, NFKC, or NFKD)'
  throw fail.invalidArgument('format', known)
}

const parsed = (ctx: Context, n: Value | undefined): Value => n ?? noValue(ctx, 'invalid number')

function checkRadix(radix: number): void {
  if (radix < MIN_RADIX || radix > MAX_RADIX)
    throw fail.invalidArgument('format', `invalid radix, expected a number from ${MIN_RADIX}-${MAX_RADIX}`)
}

/** `parseInt` and `parseLong`. */
const parseWith =
  (parse: (text: string, radix: number) => Value | undefined) =>
  (ctx: Context, self: string, radix = 10): Value => {
    checkRadix(radix)
    return parsed(ctx, parse(self, radix))
  }

function parseAsDouble(ctx: Context, self: string): Value {
  const n = parseDouble(self)
  return parsed(ctx, n === undefined ? undefined : new Double(n))
}

const ALL = Number.POSITIVE_INFINITY

export const stringType = valueType({
  name: 'String',
  operators: { '+': '(other: String) => String' },
  access: method('[](index0: Int) => String', at),
  fields: [field('length: Number', (_ctx, self: string) => codePointLength(self))],
  methods: [
    method('at(index: Int) => String', at),
    method(['casefold() => String', 'casefold(format: String) => String'], casefold),
    method('concat(other: String) => String', (_ctx, self: string, other: string) =>
      concatTexts(self, other),
    ),
    method('endsWith(suffix: String) => Boolean', (_ctx, self: string, suffix: string) =>
      self.endsWith(suffix),
    ),
    method('includes(pattern: String) => Boolean', (_ctx, self: string, pattern: string) =>
      self.includes(pattern),
    ),
    method(
      'includesRegex(regex: String) => Boolean',
      (_ctx, self: string, regex: string) => firstMatch(regex, self) !== undefined,
    ),
    method(
      ['indexOf(pattern: String) => Number | Null', 'indexOf(pattern: String, start: Int) => Number | Null'],
      indexOf,
    ),
    method(
      [
        'indexOfRegex(regex: String) => Number | Null',
        'indexOfRegex(regex: String, start: Int) => Number | Null',
      ],
      indexOfRegex,
    ),
    method('insert(index: Int, other: String) => String', insert),
    method(
      [
        'lastIndexOf(pattern: String) => Number | Null',
        'lastIndexOf(pattern: String, end: Int) => Number | Null',
      ],
      lastIndexOf,
    ),
    method('matches(regex: String) => Array<String>', matches),
    method('matchIndexes(regex: String) => Array<[Number, String]>', matchIndexes),
    method('parseDouble() => Number | Null', parseAsDouble),
    method(['parseInt() => Number | Null', 'parseInt(radix: Int) => Number | Null'], parseWith(parseInt32)),
    method(
      ['parseLong() => Number | Null', 'parseLong(radix: Int) => Number | Null'],
      parseWith(parseInteger),
    ),
    method('parseNumber() => Number | Null', (ctx, self: string) => parsed(ctx, parseNumber(self))),
    method(
      [
        'replace(pattern: String, replacement: String) => String',
        'replace(pattern: String, replacement: String, amount: Int) => String',
      ],
      (_ctx, self: string, pattern: string, replacement: string, amount = 1) =>
        replace(self, literalFinder(pattern), replacement, amount),
    ),
    method(
      'replaceAll(pattern: String, replacement: String) => String',
      (_ctx, self: string, pattern: string, replacement: string) =>
        replace(self, literalFinder(pattern), replacement, ALL),
    ),
    method(
      [
        'replaceRegex(regex: String, replacement: String) => String',
        'replaceRegex(regex: String, replacement: String, amount: Int) => String',
      ],
      (_ctx, self: string, regex: string, replacement: string, amount = 1) =>
        replace(self, regexFinder(regex), replacement, amount),
    ),
    method(
      'replaceAllRegex(pattern: String, replacement: String) => String',
      (_ctx, self: string, regex: string, replacement: string) =>
        replace(self, regexFinder(regex), replacement, ALL),
    ),
    method(['slice(start: Int) => String', 'slice(start: Int, end: Int) => String'], slice),
    method('split(separator: String) => Array<String>', (_ctx, self: string, separator: string) =>
      splitByMatches(self, literalFinder(separator)),
    ),
    method('splitAt(index: Int) => [String, String]', splitAt),
    method('splitRegex(regex: String) => Array<String>', (_ctx, self: string, regex: string) =>
      splitByMatches(self, regexFinder(regex)),
    ),
    method('startsWith(prefix: String) => Boolean', (_ctx, self: string, prefix: string) =>
      self.startsWith(prefix),
    ),
    method('toLowerCase() => String', (_ctx, self: string) => self.toLowerCase()),
    method('toUpperCase() => String', (_ctx, self: string) => self.toUpperCase()),
  ],
})

export const stringModule = declareModule({ name: 'String' })
