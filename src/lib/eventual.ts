/**
 * `Eventual<T>`: a value now, or a promise of it (docs/architecture.md). Evaluation stays synchronous while the store
 * can answer at once and becomes asynchronous only where it must wait: a direct call costs a tenth of an `await`.
 */
export type Eventual<T> = T | Promise<T>

export const isPromise = <T>(value: Eventual<T>): value is Promise<T> => value instanceof Promise

/**
 * Applies `f` to the value, at once when it is there. (An export named `then` would make the module a thenable, and
 * `await import()` of it, as by Vitest, would call it.)
 */
export const andThen = <T, U>(value: Eventual<T>, f: (value: T) => Eventual<U>): Eventual<U> =>
  value instanceof Promise ? value.then(f) : f(value)

/** What `work` comes to, or, when it fails, what `recover` makes of the failure. */
export function orElse<T>(work: () => Eventual<T>, recover: (error: unknown) => Eventual<T>): Eventual<T> {
  try {
    const value = work()
    return value instanceof Promise ? value.catch(recover) : value
  } catch (error) {
    return recover(error)
  }
}

/** What `work` comes to; `finish` is called when it has come to an end, either way. */
export function lastly<T>(work: () => Eventual<T>, finish: () => void): Eventual<T> {
  let value: Eventual<T> | undefined
  try {
    value = work()
    return value instanceof Promise ? value.finally(finish) : value
  } finally {
    if (!(value instanceof Promise)) finish()
  }
}

/** Runs `step(i)` for 0 ≤ i < n in order; stops early when it answers `false`. */
export function eachIndex(n: number, step: (i: number) => Eventual<unknown>, from = 0): Eventual<void> {
  for (let i = from; i < n; i++) {
    const r = step(i)
    if (r instanceof Promise) return r.then((v) => (v === false ? undefined : eachIndex(n, step, i + 1)))
    if (r === false) return undefined
  }
}

/** Maps in order, one after the other. */
export function mapInOrder<T, U>(
  items: readonly T[],
  f: (item: T, index: number) => Eventual<U>,
): Eventual<U[]> {
  const out = new Array<U>(items.length)
  const done = eachIndex(items.length, (i) => {
    const r = f(items[i] as T, i)
    if (r instanceof Promise)
      return r.then((v) => {
        out[i] = v
      })
    out[i] = r
  })
  return done instanceof Promise ? done.then(() => out) : out
}

/** Calls `step` until it answers `false`. Synchronous rounds run in a loop, so that no stack builds up. */
export function repeat(step: () => Eventual<boolean>): Eventual<void> {
  for (;;) {
    const more = step()
    if (more instanceof Promise) return more.then((m) => (m ? repeat(step) : undefined))
    if (!more) return
  }
}
