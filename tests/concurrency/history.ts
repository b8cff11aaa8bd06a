/** What clients did and saw: transactions on lists that only grow, each element appended once in the whole history. */
export type Op =
  | { readonly kind: 'append'; readonly key: string; readonly value: number }
  /** The whole list, this transaction's own appends so far included. */
  | { readonly kind: 'read'; readonly key: string; readonly values: readonly number[] }

export interface Transaction {
  readonly name: string
  /** Real time, in any unit. `returned` is `Infinity` when no answer came. */
  readonly invoked: number
  readonly returned: number
  /** `unknown`: it may have happened or not, and nothing is known of what it read. */
  readonly outcome: 'ok' | 'failed' | 'unknown'
  /** Commit time of those that wrote, snapshot of those that did not, as the server said it. */
  readonly ts?: number | undefined
  readonly ops: readonly Op[]
}

export type History = readonly Transaction[]

/** A transaction on registers: what it found in each, and what it wrote. Every value is written once. */
export interface RegisterTransaction extends Omit<Transaction, 'ops'> {
  /** `null`: never written. */
  readonly steps: readonly { readonly key: string; readonly read: number | null; readonly write?: number }[]
}

/**
 * Registers as lists of their versions. The order of versions is known because whoever writes has read first. Answers the
 * lost updates too: versions that two transactions have replaced.
 */
export function registersAsLists(history: readonly RegisterTransaction[]): {
  readonly history: History
  readonly lost: readonly string[]
} {
  const before = new Map<number, number | null>()
  const replaced = new Map<string, string>()
  const lost: string[] = []
  for (const { name, outcome, steps } of history) {
    for (const { key, read, write } of outcome === 'ok' ? steps : []) {
      if (write === undefined) continue
      before.set(write, read)
      const other = replaced.get(`${key}:${read}`)
      if (other !== undefined) lost.push(`lost update: ${other} and ${name} both replaced ${read} of ${key}`)
      replaced.set(`${key}:${read}`, name)
    }
  }
  const versions = (value: number | null): number[] => {
    const out: number[] = []
    for (let v: number | null | undefined = value; typeof v === 'number'; v = before.get(v)) out.push(v)
    return out.reverse()
  }
  const opsOf = ({ steps }: RegisterTransaction): Op[] =>
    steps.flatMap(({ key, read, write }) => [
      { kind: 'read', key, values: versions(read) },
      ...(write === undefined ? [] : [{ kind: 'append', key, value: write } as const]),
    ])
  return { history: history.map((t) => ({ ...t, ops: opsOf(t) })), lost }
}
