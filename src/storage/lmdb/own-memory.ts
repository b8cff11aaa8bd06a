import type { Entry } from '../engine.ts'

/** The same with a value in memory of its own, to be kept for long: a small part of a pool would hold on to all of it. */
export function ownMemory(entry: Entry): Entry {
  const { key, value, ts } = entry
  if (value.length === 0) return entry
  const own = Buffer.allocUnsafeSlow(value.length)
  own.set(value)
  return { key, value: own, ts }
}
