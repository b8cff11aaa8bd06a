import type { Chunk, Entry, KeyRange } from '#src/storage/engine.ts'
import { rest, successor } from '#src/storage/keys/range.ts'
import { pendingEntry, type WriteBuffer } from './write-buffer.ts'

/** The part of `range` that `chunk`, the answer to a scan of it, tells everything about. */
export function covered(range: KeyRange, chunk: Chunk, reverse: boolean): KeyRange {
  const last = chunk.entries.at(-1)
  if (chunk.done || !last) return range
  return reverse ? { start: last.key, end: range.end } : { start: range.start, end: successor(last.key) }
}

/**
 * Lays a transaction's own writes over what the store answered to a scan of `range`. May answer no entry although
 * more follow (all were deleted): the caller goes on in `rest`.
 */
export function overlay(
  range: KeyRange,
  chunk: Chunk,
  writes: WriteBuffer,
  reverse: boolean,
  limit: number,
): Chunk {
  const out: Entry[] = []
  const stored = chunk.entries
  let i = 0
  const isBefore = (a: Entry, key: string) => (reverse ? a.key > key : a.key < key)
  const takeStored = (until?: string) => {
    for (let e = stored[i]; e && out.length < limit && (!until || isBefore(e, until)); e = stored[++i])
      out.push(e)
  }
  let complete = true
  writes.visit(covered(range, chunk, reverse), reverse, (write) => {
    takeStored(write.key)
    const own = pendingEntry(write)
    complete = out.length < limit || (!own && stored[i]?.key === write.key)
    if (!complete) return false
    if (stored[i]?.key === write.key) i++
    if (own) out.push(own)
    return true
  })
  if (complete) takeStored()
  return { entries: out, done: complete && chunk.done && i >= stored.length }
}

/** What is left of `range` after `chunk`. */
export function remaining(range: KeyRange, chunk: Chunk, reverse: boolean): KeyRange {
  const last = chunk.entries.at(-1)
  return last ? rest(range, last.key, reverse) : range
}
