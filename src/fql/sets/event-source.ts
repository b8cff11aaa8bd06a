/** Which sets can be followed, and by which fields (spec/data.md §13.1). */

import * as fail from '#src/fql/errors/catalogue.ts'
import type { Context } from '#src/fql/eval/context.ts'
import type { Component } from '#src/fql/syntax/tree.ts'
import { DocValue } from '#src/fql/values/document.ts'
import { type FunctionValue, LambdaValue } from '#src/fql/values/function.ts'
import { EventSourceValue, type SetValue } from '#src/fql/values/set.ts'
import { andThen, type Eventual } from '#src/lib/eventual.ts'
import { MapSet } from './map-set.ts'
import { PagedSet } from './paged-set.ts'
import { SingleSet } from './single-set.ts'
import { WhereSet } from './where-set.ts'

export type FieldPath = readonly (string | number)[]

/** A set of the data layer whose changes can be followed. */
export interface FollowableSet extends SetValue {
  /** Throws `invalid_receiver` or `permission_denied` unless they can be, by `method` as it was written. */
  checkFollowable(ctx: Context, method: string): Eventual<void>
  /** Throws `invalid_argument` unless changes of these fields can be told from the entries of the index. */
  checkWatched(paths: readonly FieldPath[]): void
}

const isFollowable = (set: SetValue): set is FollowableSet => 'checkFollowable' in set

export const IN_THE_PAST = 'streaming is not supported for sets created within an `at()` expression.'

const REASONS: Readonly<Record<string, string>> = {
  array: 'streaming is not supported on array sets.',
  sequence: 'streaming is not supported on sets created from `Set.sequence()`.',
  take: 'streaming is not supported on sets returned from `.take()`.',
  drop: 'streaming is not supported on sets returned from `.drop()`.',
  order: 'streaming is not supported on sets returned from `.order()`.',
  distinct: 'streaming is not supported on distinct sets.',
  concat: 'streaming is not supported on concatenated sets.',
  flatMap: 'streaming is not supported on `.flatMap()` sets.',
  reversed: 'streaming is not supported on sets that have been reversed.',
}

/** `set.eventSource()`; `method` is how it was written, for the refusal. */
export const eventSource = (ctx: Context, set: SetValue, method: string): Eventual<EventSourceValue> =>
  andThen(checkSource(ctx, set, method), () => new EventSourceValue(set))

/** `set.eventsOn(.a, .b)` */
export function eventSourceOn(
  ctx: Context,
  set: SetValue,
  fields: readonly FunctionValue[],
  method: string,
): Eventual<EventSourceValue> {
  const paths = fields.map(fieldPath)
  return andThen(checkSource(ctx, set, method), () => {
    if (isFollowable(set)) set.checkWatched(paths)
    else if (!(set instanceof SingleSet))
      throw fail.invalidReceiver('.changesOn()', 'it was not called on the source set.')
    return new EventSourceValue(set, paths.length > 0 ? paths : undefined)
  })
}

/** What is followed, and what is done to each of its elements, in order. */
export interface FollowedSet {
  readonly base: SetValue
  readonly steps: readonly (WhereSet | MapSet)[]
}

export function followedSet(set: SetValue): FollowedSet {
  const steps: (WhereSet | MapSet)[] = []
  let base = set
  while (base instanceof WhereSet || base instanceof MapSet || base instanceof PagedSet) {
    if (!(base instanceof PagedSet)) steps.unshift(base)
    base = base.inner
  }
  return { base, steps }
}

/** All that is checked when a source is made, for one that a client has brought. */
export function recheckEventSource(ctx: Context, { set, watched }: EventSourceValue): Eventual<void> {
  return andThen(checkSource(ctx, set, watched ? '.eventsOn()' : '.eventSource()'), () => {
    const { base } = followedSet(set)
    if (watched && isFollowable(base)) base.checkWatched(watched)
  })
}

function checkSource(ctx: Context, set: SetValue, method: string): Eventual<void> {
  if (isFollowable(set)) return set.checkFollowable(ctx, method)
  if (set instanceof SingleSet) return checkSingle(ctx, set, method)
  if (set instanceof PagedSet) return checkSource(ctx, set.inner, method)
  if (!(set instanceof WhereSet || set instanceof MapSet))
    throw fail.invalidReceiver(method, REASONS[set.shape] ?? 'the set cannot be followed.')
  if (set.at !== undefined) throw fail.invalidReceiver(method, IN_THE_PAST)
  return checkSource(ctx, set.inner, method)
}

function checkSingle(ctx: Context, { element }: SingleSet, method: string): Eventual<void> {
  if (!(element instanceof DocValue))
    throw fail.invalidReceiver(
      method,
      'streaming on `Set.single()` is only supported if its element is a document.',
    )
  if (element.at !== undefined) throw fail.invalidReceiver(method, IN_THE_PAST)
  return andThen(ctx.host.missing(ctx, element), (cause) => {
    if (cause === 'permission denied')
      throw fail.permissionDenied('Insufficient privileges to create a stream on the source document.')
  })
}

/** The path that a short lambda such as `.a["b"][0]` spells. */
function fieldPath(f: FunctionValue, position: number): FieldPath {
  const body = f instanceof LambdaValue && f.code.expr.short ? f.code.expr.body : undefined
  const path = body?.kind === 'chain' && body.head.kind === 'it' ? body.components.map(pathElement) : []
  if (path.length === 0 || path.includes(undefined))
    throw fail.invalidArgument(String(position), 'invalid field path given')
  return path as FieldPath
}

function pathElement(c: Component): string | number | undefined {
  if (c.kind === 'select') return c.optional ? undefined : c.name.text
  if (c.kind !== 'access' || c.optional || c.args.length !== 1) return undefined
  const [key] = c.args
  if (key?.kind === 'string') return key.value
  return key?.kind === 'int' && key.value >= 0n ? Number(key.value) : undefined
}
