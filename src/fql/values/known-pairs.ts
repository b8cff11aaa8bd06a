/** Visits after which pairs are remembered: most comparisons are over before. */
const SOON = 1000

/**
 * Containers found equal in one comparison. Values share their parts: `[x, x]` of `[y, y]` of … is a few words of query
 * and more pairs than there is time for, unless each pair is compared once.
 */
export class KnownPairs {
  private visits = 0
  private readonly pairs = new Map<object, Set<object>>()

  has(a: object, b: object): boolean {
    return ++this.visits > SOON && this.pairs.get(a)?.has(b) === true
  }

  add(a: object, b: object): void {
    if (this.visits <= SOON) return
    const known = this.pairs.get(a)
    if (known) known.add(b)
    else this.pairs.set(a, new Set([b]))
  }
}
