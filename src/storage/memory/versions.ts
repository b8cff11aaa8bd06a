import type { Entry, Key, Timestamp } from '../engine.ts'

/** A version of a key and the one before it. `value: undefined`: the key was deleted. */
export interface Version {
  readonly ts: Timestamp
  readonly value: Uint8Array | undefined
  older: Version | undefined
}

/** The entry of `key` as of `ts`. */
export function entryAt(key: Key, newest: Version | undefined, ts: Timestamp): Entry | undefined {
  const version = versionAt(newest, ts)
  return version?.value && { key, value: version.value, ts: version.ts }
}

function versionAt(newest: Version | undefined, ts: Timestamp): Version | undefined {
  let version = newest
  while (version && version.ts > ts) version = version.older
  return version
}

export interface Pruned {
  /** What is left; undefined when nothing is. */
  readonly newest: Version | undefined
  readonly removed: number
}

/** Drops versions superseded at or before `before`, and a deletion that old. */
export function pruned(newest: Version, before: Timestamp): Pruned {
  const live = versionAt(newest, before)
  if (!live) return { newest, removed: 0 }
  const removed = count(live.older)
  live.older = undefined
  return live.value ? { newest, removed } : { newest: without(newest, live), removed: removed + 1 }
}

function count(version: Version | undefined): number {
  let n = 0
  for (let v = version; v; v = v.older) n++
  return n
}

/** The chain without its last version. */
function without(newest: Version, last: Version): Version | undefined {
  if (newest === last) return undefined
  let version = newest
  while (version.older && version.older !== last) version = version.older
  version.older = undefined
  return newest
}
