import { describe, expect, it } from 'vitest'
import { fakeContext, show } from '#src/fql/testing/run.ts'
import { method } from '../stdlib/declare.ts'
import { NativeFunctionValue } from '../values/function.ts'
import { NULL } from '../values/value.ts'
import {
  AUTH_PREDICATES,
  CHECK_CONSTRAINTS,
  COMPUTED_FIELDS,
  DEFAULT_VALUES,
  type Effect,
  type EffectLimit,
  narrow,
  OBSERVATION,
  PURE,
  READ,
  SET_FUNCTIONS,
  UNLIMITED,
  WRITE,
} from './effect.ts'

const doing = (effect: Effect) =>
  new NativeFunctionValue(
    method('f() => Null', () => NULL, { effect }),
    NULL,
  )

const calling = (limit: EffectLimit, effect: Effect) =>
  show('f()', fakeContext().limited(limit), { f: doing(effect) })

const refusal = (what: string, place: string) =>
  `invalid_effect: \`f\` performs ${what}, which is not allowed in ${place}.`

describe('limits', () => {
  it.each<[EffectLimit, Effect, string]>([
    [UNLIMITED, WRITE, 'null'],
    [SET_FUNCTIONS, READ, 'null'],
    [SET_FUNCTIONS, WRITE, refusal('a write', 'set functions')],
    [AUTH_PREDICATES, WRITE, refusal('a write', 'auth predicates')],
    [COMPUTED_FIELDS, WRITE, refusal('a write', 'computed fields')],
    [CHECK_CONSTRAINTS, WRITE, refusal('a write', 'check constraints')],
    [DEFAULT_VALUES, OBSERVATION, 'null'],
    [DEFAULT_VALUES, READ, refusal('a read', 'default values')],
    [{ max: PURE, place: 'here' }, OBSERVATION, refusal('an observation', 'here')],
    [{ max: PURE, place: 'here' }, PURE, 'null'],
  ])('%# $place', async (limit, effect, expected) => {
    expect(await calling(limit, effect)).toBe(expected)
  })

  it('are inherited and never widened; of two equal ones the outer names the place', () => {
    expect(narrow(UNLIMITED, SET_FUNCTIONS)).toBe(SET_FUNCTIONS)
    expect(narrow(DEFAULT_VALUES, SET_FUNCTIONS)).toBe(DEFAULT_VALUES)
    expect(narrow(COMPUTED_FIELDS, SET_FUNCTIONS)).toBe(COMPUTED_FIELDS)
    const ctx = fakeContext().limited(DEFAULT_VALUES)
    expect(ctx.limited(UNLIMITED)).toBe(ctx)
  })
})
