/** Ranges of keys. */
import type { Key, KeyRange } from '../engine.ts'

/** Above every key (keys that start with two bytes FF are not allowed, see `Key`). */
export const END_OF_KEYS: Key = '\xff\xff'

/** The first key after `key`. */
export const successor = (key: Key): Key => `${key}\0`

/** The first key after all that start with `prefix`. */
export function prefixEnd(prefix: Key): Key {
  let n = prefix.length
  while (n > 0 && prefix.charCodeAt(n - 1) === 0xff) n--
  if (n === 0) return END_OF_KEYS
  return prefix.slice(0, n - 1) + String.fromCharCode(prefix.charCodeAt(n - 1) + 1)
}

/** All keys that start with `prefix`, `prefix` itself included. */
export const prefixRange = (prefix: Key): KeyRange => ({ start: prefix, end: prefixEnd(prefix) })

/** What a scan of `range` that has come to `key` has still to do. */
export const rest = (range: KeyRange, key: Key, reverse: boolean): KeyRange =>
  reverse ? { start: range.start, end: key } : { start: successor(key), end: range.end }
