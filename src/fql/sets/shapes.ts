import type { Context } from '#src/fql/eval/context.ts'
import { type FunctionValue, isFunction } from '#src/fql/values/function.ts'
import { SetValue } from '#src/fql/values/set.ts'
import type { Value } from '#src/fql/values/value.ts'

export type Part = Value | undefined

/** Makes a set of its parts again; undefined when they are not what that class writes. */
export type SetBuilder = (ctx: Context, parts: readonly Part[]) => SetValue | undefined

const BUILDERS = new Map<string, SetBuilder>()

/** Each class of sets registers how a cursor brings it back. `shape` is its name in cursors and never changes. */
export function registerShape(shape: string, build: SetBuilder): void {
  BUILDERS.set(shape, build)
}

export const builderOf = (shape: string): SetBuilder | undefined => BUILDERS.get(shape)

// Parts as the values they must be; undefined otherwise. A cursor comes from the client.
export const setPart = (p: Part): SetValue | undefined => (p instanceof SetValue ? p : undefined)
export const intPart = (p: Part): number | undefined => (typeof p === 'number' ? p : undefined)
export const functionPart = (p: Part): FunctionValue | undefined =>
  p !== undefined && isFunction(p) ? p : undefined

/** A read time as a part: microseconds as a Long. */
export const timePart = (at: number | undefined): Part => (at === undefined ? undefined : BigInt(at))
export const timeOf = (p: Part): number | undefined => (typeof p === 'bigint' ? Number(p) : undefined)
