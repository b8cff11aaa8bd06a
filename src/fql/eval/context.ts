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
  /** Reads are as of this time (microseconds); undefined: the transaction's present. */
  readonly at: number | undefined

  constructor(
    host: Host,
    permissions: Permissions,
    run: RunState = new RunState(),
    effect: EffectLimit = UNLIMITED,
    at?: number,
  ) {
    this.host = host
    this.permissions = permissions
    this.run = run
    this.effect = effect
    this.at = at
  }

  /** At most `limit`; an outer, stricter limit stays. */
  limited(limit: EffectLimit): Context {
    const effect = narrow(this.effect, limit)
    return effect === this.effect ? this : new Context(this.host, this.permissions, this.run, effect, this.at)
  }

  readingAt(at: number | undefined): Context {
    return at === this.at ? this : new Context(this.host, this.permissions, this.run, this.effect, at)
  }

  as(permissions: Permissions): Context {
    return new Context(this.host, permissions, this.run, this.effect, this.at)
  }
}
