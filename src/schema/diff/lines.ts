/** Line by line differences of texts (spec/schema.md §16.3). */

export type DiffLine =
  | { readonly kind: 'equal' | 'insert' | 'delete'; readonly text: string }
  | { readonly kind: 'change'; readonly before: string; readonly text: string }

/** Lines of a text, as a reader counts them: a newline at the end begins no further line. */
export const linesOf = (text: string): string[] => {
  const lines = text.split(/\r\n|\n|\r/)
  if (lines.at(-1) === '') lines.pop()
  return lines
}

/** Lines that were taken out and put in at the same place are paired as changes. */
export const diffLines = (before: readonly string[], after: readonly string[]): DiffLine[] => {
  const rows: DiffLine[] = []
  let [b, a] = [0, 0]
  for (const [nextB, nextA] of [...commonLines(before, after), [before.length, after.length] as const]) {
    rows.push(...replaced(before.slice(b, nextB), after.slice(a, nextA)))
    if (nextB < before.length) rows.push({ kind: 'equal', text: before[nextB]! })
    ;[b, a] = [nextB + 1, nextA + 1]
  }
  return rows
}

const replaced = (gone: readonly string[], come: readonly string[]): DiffLine[] => {
  const paired = Math.min(gone.length, come.length)
  return [
    ...come.slice(0, paired).map((text, i) => ({ kind: 'change', before: gone[i]!, text }) as const),
    ...gone.slice(paired).map((text) => ({ kind: 'delete', text }) as const),
    ...come.slice(paired).map((text) => ({ kind: 'insert', text }) as const),
  ]
}

type Pair = readonly [before: number, after: number]

/** Positions of the lines of a longest common subsequence, in order (Myers, O(ND)). */
const commonLines = (before: readonly string[], after: readonly string[]): Pair[] => {
  let start = 0
  while (start < before.length && start < after.length && before[start] === after[start]) start++
  let end = 0
  const most = Math.min(before.length, after.length) - start
  while (end < most && before[before.length - 1 - end] === after[after.length - 1 - end]) end++
  const middle = myers(before.slice(start, before.length - end), after.slice(start, after.length - end))
  return [
    ...Array.from({ length: start }, (_, i): Pair => [i, i]),
    ...middle.map(([b, a]): Pair => [b + start, a + start]),
    ...Array.from({ length: end }, (_, i): Pair => [before.length - end + i, after.length - end + i]),
  ]
}

/** Beyond this many edits two texts are taken as entirely different: time and memory grow with its square. */
const MAX_EDITS = 2000

const myers = (before: readonly string[], after: readonly string[]): Pair[] => {
  const trace: Int32Array[] = []
  const limit = Math.min(before.length + after.length, MAX_EDITS)
  const reach = new Int32Array(2 * limit + 3)
  for (let edits = 0; edits <= limit; edits++) {
    trace.push(reach.slice())
    for (let k = -edits; k <= edits; k += 2) {
      if (advance(before, after, reach, k, edits, limit)) return walkBack(trace, before, after, limit)
    }
  }
  return []
}

/** Extends diagonal `k` by one edit and all matches behind it; true when both ends are reached. */
const advance = (
  before: readonly string[],
  after: readonly string[],
  reach: Int32Array,
  k: number,
  edits: number,
  limit: number,
): boolean => {
  let b = startOn(reach, k, edits, limit)
  while (b < before.length && b - k < after.length && before[b] === after[b - k]) b++
  reach[k + limit + 1] = b
  return b >= before.length && b - k >= after.length
}

const startOn = (reach: Int32Array, k: number, edits: number, limit: number): number => {
  const insertion = reach[k + limit + 2]!
  const deletion = reach[k + limit]! + 1
  return k === -edits || (k !== edits && deletion - 1 < insertion) ? insertion : deletion
}

const walkBack = (
  trace: readonly Int32Array[],
  before: readonly string[],
  after: readonly string[],
  limit: number,
): Pair[] => {
  const pairs: Pair[] = []
  let [b, a] = [before.length, after.length]
  for (let edits = trace.length - 1; edits >= 0; edits--) {
    const reach = trace[edits]!
    const k = b - a
    const down = k === -edits || (k !== edits && reach[k + limit]! < reach[k + limit + 2]!)
    const start = edits === 0 ? 0 : startOn(reach, k, edits, limit)
    while (b > start && a > start - k) pairs.push([--b, --a])
    if (edits > 0) [b, a] = down ? [b, a - 1] : [b - 1, a]
  }
  return pairs.reverse()
}
