import { type EffectLimit, narrow, UNLIMITED } from './effect.ts'
import type { Host } from './host.ts'
import { RunState } from './run-state.ts'

/**
 * Whose rights apply. FQL passes it through and never looks inside; functions with a role replace it.
 * Declared by the access layer.
 */
export interface Permissions {
  readonly label: string
}

/** Where evaluation happens: dynamic, passed to every piece of code, never changed in place. */
export class Context {
  readonly host: Host
  readonly run: RunState
  readonly permissions: Permissions
  readonly effect: EffectLimit
  /** `at (…)`: references and sets that are made here keep this time (microseconds); undefined: the present. */
  readonly at: number | undefined
  /** The present, when that is not the transaction's own: the snapshot that a cursor goes on with (spec/data.md §8). */
  readonly present: number | undefined

  constructor(
    host: Host,
    permissions: Permissions,
    run: RunState = new RunState(),
    effect: EffectLimit = UNLIMITED,
    at?: number,
    present?: number,
  ) {
    this.host = host
    this.permissions = permissions
    this.run = run
    this.effect = effect
    this.at = at
    this.present = present
  }

  /** At most `limit`; an outer, stricter limit stays. */
  limited(limit: EffectLimit): Context {
    const effect = narrow(this.effect, limit)
    if (effect === this.effect) return this
    return new Context(this.host, this.permissions, this.run, effect, this.at, this.present)
  }

  readingAt(at: number | undefined): Context {
    if (at === this.at) return this
    return new Context(this.host, this.permissions, this.run, this.effect, at, this.present)
  }

  /** Where a later page is made: all that reads the present reads this time. */
  withPresent(present: number | undefined): Context {
    if (present === this.present && this.at === undefined) return this
    return new Context(this.host, this.permissions, this.run, this.effect, undefined, present)
  }

  as(permissions: Permissions): Context {
    return new Context(this.host, permissions, this.run, this.effect, this.at, this.present)
  }
}
