import type { Fold } from './pattern.ts'

/** The letters of `(?…)`: ignore case, Unix lines, multiline, dot takes all, Unicode case, comments, Unicode classes. */
export type PatternFlag = 'i' | 'd' | 'm' | 's' | 'u' | 'x' | 'c' | 'U'

/** A set of flags as their letters. */
export type PatternFlags = string
export const NO_FLAGS: PatternFlags = ''

export const hasFlag = (flags: PatternFlags, flag: PatternFlag): boolean => flags.includes(flag)

export function withFlag(flags: PatternFlags, flag: PatternFlag, on: boolean): PatternFlags {
  const others = flags.replace(flag, '')
  return on ? others + flag : others
}

const isUpperAscii = (c: number): boolean => c >= 0x41 && c <= 0x5a
const foldAscii: Fold = (c) => (isUpperAscii(c) ? c + 0x20 : c)

/** One code point to one: what becomes longer stays as it is. */
function mapCase(c: number, map: (s: string) => string): number {
  const mapped = map(String.fromCodePoint(c))
  const point = mapped.codePointAt(0) as number
  return String.fromCodePoint(point).length === mapped.length ? point : c
}
const foldUnicode: Fold = (c) =>
  mapCase(
    mapCase(c, (s) => s.toUpperCase()),
    (s) => s.toLowerCase(),
  )

/** How the flags compare letters; undefined: exactly. */
export function caseFold(flags: PatternFlags): Fold | undefined {
  if (!hasFlag(flags, 'i')) return undefined
  return hasFlag(flags, 'u') || hasFlag(flags, 'U') ? foldUnicode : foldAscii
}

/** The other members of a letter's case pair, for ranges. */
export function caseVariants(c: number, flags: PatternFlags): readonly number[] {
  if (!hasFlag(flags, 'i')) return []
  if (caseFold(flags) === foldUnicode) {
    const upper = mapCase(c, (s) => s.toUpperCase())
    return [upper, mapCase(upper, (s) => s.toLowerCase())]
  }
  if (isUpperAscii(c)) return [c + 0x20]
  return isUpperAscii(c - 0x20) ? [c - 0x20] : []
}
