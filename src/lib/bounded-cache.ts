const MAX_MISSED = 4096

/**
 * A cache of about so much weight. It keeps two generations: what is used moves to the young one; when that holds half
 * of the weight it becomes the old one, and what was old is forgotten. So a use costs one look-up, two at the most, and
 * whatever has been used since the last half is there. Who comes by once does not get in: see `admits`.
 */
export class BoundedCache<V> {
  private readonly half: number
  private readonly weigh: (value: V) => number
  private young = new Map<string, V>()
  private old = new Map<string, V>()
  private youngWeight = 0
  /** Keys that were missed lately, once. */
  private missed = new Set<string>()

  constructor(maxWeight: number, weigh: (value: V) => number) {
    this.half = maxWeight / 2
    this.weigh = weigh
  }

  get(key: string): V | undefined {
    const young = this.young.get(key)
    if (young !== undefined) return young
    const old = this.old.get(key)
    if (old !== undefined) this.set(key, old)
    return old
  }

  /**
   * Whether a key that was just missed is worth keeping: if it is the second time in a while. Reading through everything
   * once neither fills the cache nor drives out what is used again and again.
   */
  admits(key: string): boolean {
    if (this.missed.delete(key)) return true
    if (this.missed.size >= MAX_MISSED) this.missed = new Set()
    this.missed.add(key)
    return false
  }

  set(key: string, value: V): void {
    if (this.youngWeight >= this.half) {
      this.old = this.young
      this.young = new Map()
      this.youngWeight = 0
    }
    const before = this.young.get(key)
    if (before !== undefined) this.youngWeight -= this.weigh(before)
    this.young.set(key, value)
    this.youngWeight += this.weigh(value)
  }

  delete(key: string): void {
    const young = this.young.get(key)
    if (young !== undefined) {
      this.young.delete(key)
      this.youngWeight -= this.weigh(young)
    }
    this.old.delete(key)
  }
}
