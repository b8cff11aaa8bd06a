import type { Entry, Key } from '#src/storage/engine.ts'
import { idOfKey, idPartOfKey } from './keys.ts'

/** The document that an entry ends in. */
export interface Target {
  readonly id: bigint
  /** Its own key in the store. */
  readonly key: Key
}

/**
 * By the entries of a chunk. The store answers the chunks that it keeps again and again: what their entries point to is
 * worked out once, and the keys that documents are looked up by are hashed once.
 */
const known = new WeakMap<readonly Entry[], IndexTargets>()

/** What the entries of a chunk point to, worked out as far as it is asked for. */
export class IndexTargets {
  private readonly prefix: Key
  private readonly entries: readonly Entry[]
  private readonly targets: Target[] = []

  /** `prefix`: of the documents' keys; always the same one for the same entries. */
  static of(prefix: Key, entries: readonly Entry[]): IndexTargets {
    let targets = known.get(entries)
    if (targets === undefined) {
      targets = new IndexTargets(prefix, entries)
      known.set(entries, targets)
    }
    return targets
  }

  private constructor(prefix: Key, entries: readonly Entry[]) {
    this.prefix = prefix
    this.entries = entries
  }

  /** Of the `i`th entry; they are asked for in order. */
  at(i: number): Target {
    let target = this.targets[i]
    if (target === undefined) {
      const { key } = this.entries[i] as Entry
      target = { id: idOfKey(key), key: this.prefix + idPartOfKey(key) }
      this.targets[i] = target
    }
    return target
  }
}
