/**
 * Checks histories of list appends for strict serializability, after Kingsbury and Alvaro, "Elle: Inferring Isolation
 * Anomalies from Experimental Observations" (2020): what transactions saw tells in which order they must have happened, and
 * real time does; a cycle is an anomaly.
 */
import { Graph } from './graph.ts'
import type { History, Transaction } from './history.ts'

/** What is wrong with the history, in words; nothing when it is strictly serializable. */
export function anomalies(history: History): string[] {
  const analysis = new Analysis(history)
  return [...analysis.problems, ...analysis.cycles()]
}

interface ExternalRead {
  readonly by: Transaction
  readonly key: string
  /** As it was before the transaction's own appends. */
  readonly values: readonly number[]
}

interface Append {
  readonly by: Transaction
  /** The last of its transaction to this key. */
  last: boolean
}

const isPrefix = (a: readonly number[], b: readonly number[]): boolean =>
  a.length <= b.length && a.every((v, i) => v === b[i])

class Analysis {
  readonly problems: string[] = []
  readonly #history: History
  readonly #appends = new Map<string, Map<number, Append>>()
  readonly #reads: ExternalRead[] = []
  readonly #longest = new Map<string, readonly number[]>()

  constructor(history: History) {
    this.#history = history
    for (const t of history) this.#noteAppends(t)
    for (const t of history) if (t.outcome === 'ok') this.#noteReads(t)
    for (const read of this.#reads) this.#checkElements(read)
    this.#orderVersions()
  }

  #appendsTo(key: string): Map<number, Append> {
    const found = this.#appends.get(key) ?? new Map<number, Append>()
    this.#appends.set(key, found)
    return found
  }

  #noteAppends(by: Transaction): void {
    const last = new Map<string, Append>()
    for (const op of by.ops) {
      if (op.kind !== 'append') continue
      const before = last.get(op.key)
      if (before) before.last = false
      const append = { by, last: true }
      last.set(op.key, append)
      this.#appendsTo(op.key).set(op.value, append)
    }
  }

  /** Keeps the first read of each key; the others must agree with it and with the transaction's own appends. */
  #noteReads(by: Transaction): void {
    const known = new Map<string, readonly number[]>()
    const own = new Map<string, number[]>()
    for (const op of by.ops) {
      const mine = own.get(op.key) ?? []
      const before = known.get(op.key)
      if (op.kind === 'append') own.set(op.key, [...mine, op.value])
      else if (before) this.#expectOwn(by, op.key, op.values, [...before, ...mine])
      else {
        const values = op.values.slice(0, Math.max(0, op.values.length - mine.length))
        this.#expectOwn(by, op.key, op.values, [...values, ...mine])
        known.set(op.key, values)
        this.#reads.push({ by, key: op.key, values })
      }
    }
  }

  #expectOwn(by: Transaction, key: string, got: readonly number[], expected: readonly number[]): void {
    if (got.length !== expected.length || !isPrefix(got, expected))
      this.problems.push(`inconsistent within ${by.name}: ${key} was [${got}], expected [${expected}]`)
  }

  #checkElements({ by, key, values }: ExternalRead): void {
    if (new Set(values).size < values.length)
      this.problems.push(`${by.name} read duplicates in ${key}: [${values}]`)
    for (const v of values) {
      const writer = this.#appendsTo(key).get(v)
      if (!writer) this.problems.push(`${by.name} read ${v} in ${key}, which nobody appended`)
      else if (writer.by.outcome === 'failed')
        this.problems.push(`aborted read: ${by.name} read ${v} in ${key} of ${writer.by.name}, which failed`)
    }
    const top = this.#appendsTo(key).get(values.at(-1) as number)
    if (top && !top.last && top.by !== by)
      this.problems.push(`intermediate read: ${by.name} read ${values.at(-1)} in ${key} of ${top.by.name}`)
  }

  #orderVersions(): void {
    for (const { key, values } of this.#reads)
      if (values.length > (this.#longest.get(key)?.length ?? -1)) this.#longest.set(key, values)
    for (const { by, key, values } of this.#reads) {
      const longest = this.#longest.get(key) as readonly number[]
      if (!isPrefix(values, longest))
        this.problems.push(`incompatible orders of ${key}: ${by.name} read [${values}], another [${longest}]`)
    }
  }

  cycles(): string[] {
    const graph = new Graph()
    const nodes = new Map<Transaction, number>()
    const names: (string | undefined)[] = []
    const seen = new Set(
      [...this.#longest].flatMap(([key, vs]) => vs.map((v) => this.#appendsTo(key).get(v)?.by)),
    )
    // Of those whose outcome is unknown, what others have seen has happened.
    const happened = this.#history.filter(
      (t) => t.outcome === 'ok' || (t.outcome === 'unknown' && seen.has(t)),
    )
    for (const t of happened) {
      nodes.set(t, graph.addNode())
      names.push(t.name)
    }
    const edge = (from: Transaction | undefined, to: Transaction | undefined, why: string) => {
      const [a, b] = [from && nodes.get(from), to && nodes.get(to)]
      if (a !== undefined && b !== undefined) graph.addEdge(a, b, why)
    }
    this.#dataEdges(edge)
    realTimeEdges(happened, graph, nodes)
    return graph.cycles().map((cycle) =>
      cycle
        .filter(({ node }) => names[node] !== undefined)
        .map(({ node, why }) => `${names[node]} -(${why})->`)
        .join(' '),
    )
  }

  #dataEdges(edge: (from: Transaction | undefined, to: Transaction | undefined, why: string) => void): void {
    for (const [key, appends] of this.#appends) {
      const order = this.#longest.get(key) ?? []
      const writer = (i: number) => appends.get(order[i] as number)?.by
      for (let i = 1; i < order.length; i++) edge(writer(i - 1), writer(i), `ww ${key}`)
      const listed = new Set(order)
      const unseen = [...appends].filter(([v]) => !listed.has(v)).map(([, { by }]) => by)
      for (const by of unseen) edge(writer(order.length - 1), by, `ww ${key}`)
      for (const read of this.#reads) {
        if (read.key !== key) continue
        edge(writer(read.values.length - 1), read.by, `wr ${key}`)
        if (read.values.length < order.length) edge(read.by, writer(read.values.length), `rw ${key}`)
        else for (const by of unseen) edge(read.by, by, `rw ${key}`)
      }
    }
  }
}

/** Who returned before another was invoked comes before it: through a chain of instants, so that edges are few. */
function realTimeEdges(history: History, graph: Graph, nodes: ReadonlyMap<Transaction, number>): void {
  const instants = history
    .flatMap((t) => [
      { at: t.invoked, t, begins: true },
      { at: t.returned, t, begins: false },
    ])
    .filter(({ at }) => at < Number.POSITIVE_INFINITY)
    // At the same instant: neither was before the other.
    .sort((a, b) => a.at - b.at || Number(b.begins) - Number(a.begins))
  let last: number | undefined
  for (const { t, begins } of instants) {
    const node = nodes.get(t) as number
    if (begins) {
      if (last !== undefined) graph.addEdge(last, node, 'real time')
      continue
    }
    const instant = graph.addNode()
    if (last !== undefined) graph.addEdge(last, instant, 'real time')
    graph.addEdge(node, instant, 'real time')
    last = instant
  }
}
