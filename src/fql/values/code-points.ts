/** Positions in strings: FQL counts code points, JS counts UTF-16 units. A lone surrogate counts as one. */

const HIGH_SURROGATE = /[\ud800-\udbff]/
const isHigh = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdbff
const isLow = (unit: number): boolean => unit >= 0xdc00 && unit <= 0xdfff

/** The text looked at last, and a place found in it: loops go through one text, mostly from left to right. */
const last = { text: '', plain: true, index: 0, units: 0 }

/** Whether units and code points of the text are the same. */
function isPlain(s: string): boolean {
  if (s !== last.text) Object.assign(last, { text: s, plain: !HIGH_SURROGATE.test(s), index: 0, units: 0 })
  return last.plain
}

const widthAt = (s: string, i: number): number =>
  isHigh(s.charCodeAt(i)) && isLow(s.charCodeAt(i + 1)) ? 2 : 1

export function codePointLength(s: string): number {
  if (isPlain(s)) return s.length
  let count = 0
  for (let i = 0; i < s.length; i += widthAt(s, i)) count++
  return count
}

/** The code point index of a unit index; inside a pair, that of the next code point. */
export const codePointIndex = (s: string, unitIndex: number): number => codePointLength(s.slice(0, unitIndex))

/** The unit index of a code point index of at least 0; undefined beyond the end. */
export function unitIndex(s: string, index: number): number | undefined {
  if (index > s.length) return undefined
  if (isPlain(s)) return index
  let [at, units] = last.index <= index ? [last.index, last.units] : [0, 0]
  for (; at < index; at++) {
    if (units >= s.length) return undefined
    units += widthAt(s, units)
  }
  Object.assign(last, { index, units })
  return units
}

/** The code point at a unit index, as a string. */
export const codePointAt = (s: string, unit: number): string => s.slice(unit, unit + widthAt(s, unit))
