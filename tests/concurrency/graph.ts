/** Directed graphs of small numbers, with edges that say why they are there. */
export class Graph {
  readonly #next: Map<number, string>[] = []

  addNode(): number {
    return this.#next.push(new Map()) - 1
  }

  /** The first reason for an edge is kept. */
  addEdge(from: number, to: number, why: string): void {
    const edges = this.#next[from] as Map<number, string>
    if (from !== to && !edges.has(to)) edges.set(to, why)
  }

  /** One cycle, as short as can be, in each strongly connected component: nodes, each with the reason for the next. */
  cycles(): { readonly node: number; readonly why: string }[][] {
    return this.#components()
      .filter((c) => c.length > 1)
      .map((c) => this.#shortestCycle(new Set(c)))
  }

  /** Tarjan's algorithm, without recursion. */
  #components(): number[][] {
    const order = new Map<number, number>()
    const low: number[] = []
    const path: number[] = []
    const onPath = new Set<number>()
    const out: number[][] = []
    const enter = (node: number) => {
      low[node] = order.size
      order.set(node, order.size)
      path.push(node)
      onPath.add(node)
      return { node, edges: (this.#next[node] as Map<number, string>).keys() }
    }
    const leave = (node: number) => {
      if (low[node] !== order.get(node)) return
      const component = path.splice(path.lastIndexOf(node))
      for (const n of component) onPath.delete(n)
      out.push(component)
    }
    for (let root = 0; root < this.#next.length; root++) {
      if (order.has(root)) continue
      const stack = [enter(root)]
      for (let top = stack.at(-1); top; top = stack.at(-1)) {
        const edge = top.edges.next()
        if (edge.done) {
          leave(top.node)
          stack.pop()
          const parent = stack.at(-1)?.node
          if (parent !== undefined) low[parent] = Math.min(low[parent] as number, low[top.node] as number)
        } else if (!order.has(edge.value)) stack.push(enter(edge.value))
        else if (onPath.has(edge.value))
          low[top.node] = Math.min(low[top.node] as number, order.get(edge.value) as number)
      }
    }
    return out
  }

  #shortestCycle(component: ReadonlySet<number>): { node: number; why: string }[] {
    let best: { node: number; why: string }[] = []
    for (const start of [...component].slice(0, 50)) {
      const cycle = this.#pathBack(start, component)
      if (best.length === 0 || cycle.length < best.length) best = cycle
    }
    return best
  }

  /** From a node back to itself, breadth first. */
  #pathBack(start: number, component: ReadonlySet<number>): { node: number; why: string }[] {
    const from = new Map<number, { node: number; why: string }>()
    const queue = [start]
    for (const node of queue) {
      for (const [to, why] of this.#next[node] as Map<number, string>) {
        if (!component.has(to) || from.has(to)) continue
        from.set(to, { node, why })
        queue.push(to)
      }
      if (from.has(start)) break
    }
    const cycle: { node: number; why: string }[] = []
    let step = from.get(start) as { node: number; why: string }
    for (; step.node !== start; step = from.get(step.node) as typeof step) cycle.push(step)
    return [...cycle, step].reverse()
  }
}
