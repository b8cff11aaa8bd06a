import * as fail from '#src/fql/errors/catalogue.ts'

/** Grades of what a computation does, least first (spec/language.md §2.12). */
export const PURE = 0
export const OBSERVATION = 1
export const READ = 2
export const WRITE = 3
export type Effect = typeof PURE | typeof OBSERVATION | typeof READ | typeof WRITE

/** The most that a context allows, and its name in the refusal. */
export interface EffectLimit {
  readonly max: Effect
  readonly place: string
  /** Only what stays as it is: of documents the stored fields, nothing computed, no `ts`; no time of the transaction. */
  readonly stableOnly?: boolean
}

const NAMES = ['nothing', 'an observation', 'a read', 'a write'] as const

export const UNLIMITED: EffectLimit = { max: WRITE, place: 'queries' }
export const SET_FUNCTIONS: EffectLimit = { max: READ, place: 'set functions' }
export const AUTH_PREDICATES: EffectLimit = { max: READ, place: 'auth predicates' }
export const COMPUTED_FIELDS: EffectLimit = { max: READ, place: 'computed fields' }
export const CHECK_CONSTRAINTS: EffectLimit = { max: READ, place: 'check constraints' }
export const DEFAULT_VALUES: EffectLimit = { max: OBSERVATION, place: 'default values' }

/** Refuses `action` when it does more than the limit allows. */
export function requireEffect(limit: EffectLimit, effect: Effect, action: string): void {
  if (effect <= limit.max) return
  throw fail.invalidEffect(`${action} performs ${NAMES[effect]}, which is not allowed in ${limit.place}.`)
}

/** The stricter of the two: a limit is inherited through calls and never widened. */
export const narrow = (outer: EffectLimit, inner: EffectLimit): EffectLimit =>
  inner.max < outer.max ? inner : outer
