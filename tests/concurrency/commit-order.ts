/** The server says when each transaction committed: replayed in that order, everything must come out the same. */
import type { History, Transaction } from './history.ts'

/** What contradicts the order of timestamps, in words. Of histories without unknown outcomes. */
export function contradictions(history: History): string[] {
  const happened = history.filter((t) => t.outcome === 'ok')
  const problems = checkTimes(happened)
  const lists = new Map<string, number[]>()
  // A reader's snapshot holds the commit of the same microsecond.
  const ordered = [...happened].sort((a, b) => time(a) - time(b) || Number(writes(b)) - Number(writes(a)))
  for (const t of ordered) {
    for (const op of t.ops) {
      const list = lists.get(op.key) ?? []
      lists.set(op.key, list)
      if (op.kind === 'append') list.push(op.value)
      else if (list.join() !== op.values.join())
        problems.push(`${t.name} read [${op.values}] of ${op.key} at ${t.ts}, when it was [${list}]`)
    }
  }
  return problems
}

const time = (t: Transaction): number => t.ts ?? Number.NaN
const writes = (t: Transaction): boolean => t.ops.some((op) => op.kind === 'append')

/** Timestamps of commits are unique, and later in real time is later in timestamps. */
function checkTimes(happened: readonly Transaction[]): string[] {
  const problems: string[] = []
  const writers = new Map<number, string>()
  for (const t of happened.filter(writes)) {
    const other = writers.get(time(t))
    if (other !== undefined) problems.push(`${other} and ${t.name} both committed at ${t.ts}`)
    writers.set(time(t), t.name)
  }
  const byReturn = [...happened].sort((a, b) => a.returned - b.returned)
  let newest: Transaction | undefined
  let i = 0
  for (const t of [...happened].sort((a, b) => a.invoked - b.invoked)) {
    for (let r = byReturn[i]; r && r.returned < t.invoked; r = byReturn[++i])
      if (!newest || time(r) > time(newest)) newest = r
    const late = newest && (writes(t) ? time(newest) >= time(t) : writes(newest) && time(newest) > time(t))
    if (late) problems.push(`${t.name} at ${t.ts} began after ${newest?.name} at ${newest?.ts} had ended`)
  }
  return problems
}
