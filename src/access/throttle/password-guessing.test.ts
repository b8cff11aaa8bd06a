import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { addressPolicy, credentialPolicy, type ThrottlePolicy } from '#src/access/throttle/policy.ts'
import {
  check,
  clear,
  isForgotten,
  recordFailure,
  recordSuccess,
  strictest,
  type ThrottleState,
} from '#src/access/throttle/throttle.ts'

const policy: ThrottlePolicy = {
  freeFailures: 3,
  firstDelay: 100,
  maxDelay: 1000,
  forgetAfter: 10_000,
  onSuccess: 'clear',
}
const sharing: ThrottlePolicy = { ...policy, onSuccess: 'refund' }
const START = 1_700_000_000_000

function afterFailures(n: number, p = policy): ThrottleState {
  let state: ThrottleState | undefined
  for (let i = 0; i < n; i++) state = recordFailure(p, state, START)
  return state!
}

describe('delay', () => {
  test.each([
    [1, 0],
    [3, 0],
    [4, 100],
    [5, 200],
    [6, 400],
    [7, 800],
    [8, 1000],
    [5000, 1000],
  ])('after %i failures: %i ms', (n, delay) => {
    const expected = delay === 0 ? { allowed: true } : { allowed: false, retryAfter: delay }
    expect(check(policy, afterFailures(n), START)).toEqual(expected)
  })

  test('ends by itself', () => {
    const state = afterFailures(4)
    expect(check(policy, state, START + 99)).toEqual({ allowed: false, retryAfter: 1 })
    expect(check(policy, state, START + 100)).toEqual({ allowed: true })
  })

  test('a clean record is allowed', () => expect(check(policy, undefined, START)).toEqual({ allowed: true }))
})

describe('forgetting', () => {
  test('after a quiet time the count begins anew', () => {
    const later = START + policy.forgetAfter
    expect(isForgotten(policy, afterFailures(9), later - 1)).toBe(false)
    expect(isForgotten(policy, afterFailures(9), later)).toBe(true)
    expect(recordFailure(policy, afterFailures(9), later).failures).toBe(1)
  })

  test('success clears a credential', () =>
    expect(recordSuccess(policy, afterFailures(9), START)).toBeUndefined())

  test('success of one account does not clear a network', () => {
    const state = recordSuccess(sharing, afterFailures(9), START)!
    expect(state.failures).toBe(8)
    expect(check(sharing, state, START)).toEqual({ allowed: true })
    expect(check(sharing, recordFailure(sharing, state, START), START)).toEqual({
      allowed: false,
      retryAfter: 1000,
    })
    expect(recordSuccess(sharing, afterFailures(1), START)).toBeUndefined()
    expect(recordSuccess(sharing, undefined, START)).toBeUndefined()
  })

  test('clear', () => expect(clear()).toBeUndefined())
})

test('charging first stops parallel guesses', () => {
  let state: ThrottleState | undefined
  let tried = 0
  for (let i = 0; i < 1000; i++) {
    if (!check(policy, state, START).allowed) continue
    state = recordFailure(policy, state, START)
    tried++
  }
  expect(tried).toBe(policy.freeFailures + 1)
})

test('somebody who guesses all day', () => {
  const day = 24 * 60 * 60 * 1000
  const guesses = (p: ThrottlePolicy) => {
    let state: ThrottleState | undefined
    let tried = 0
    for (let now = START; now < START + day; ) {
      const decision = check(p, state, now)
      if (decision.allowed) {
        state = recordFailure(p, state, now)
        tried++
      } else now += decision.retryAfter
    }
    return tried
  }
  expect(guesses(credentialPolicy)).toBeLessThan(310)
  expect(guesses(addressPolicy)).toBeLessThan(170)
})

test('somebody who logs into his own account between guesses is slowed down all the same', () => {
  let state: ThrottleState | undefined
  let guesses = 0
  for (let now = START; now < START + 60_000; ) {
    const decision = check(sharing, state, now)
    if (!decision.allowed) {
      now += decision.retryAfter
      continue
    }
    state = recordFailure(sharing, state, now)
    if (guesses++ % 2 === 0) state = recordSuccess(sharing, state, now)
  }
  expect(guesses).toBeLessThan(140)
})

test('a clock that was put back does not lock anybody out', () => {
  expect(check(policy, afterFailures(9), START - 1_000_000)).toEqual({ allowed: true })
})

test('the strictest decision counts', () => {
  const blocked = (retryAfter: number) => ({ allowed: false, retryAfter }) as const
  expect(strictest()).toEqual({ allowed: true })
  expect(strictest({ allowed: true }, blocked(5), blocked(9))).toEqual(blocked(9))
})

test('records are plain data, and no history blocks for longer than the policy says', () => {
  const step = fc.record({ wait: fc.integer({ min: -500, max: 20_000 }), success: fc.boolean() })
  fc.assert(
    fc.property(fc.constantFrom(policy, sharing), fc.array(step, { maxLength: 40 }), (p, steps) => {
      let now = START
      let state: ThrottleState | undefined
      for (const { wait, success } of steps) {
        now += wait
        state = success ? recordSuccess(p, state, now) : recordFailure(p, state, now)
        expect(JSON.parse(JSON.stringify({ state }))).toEqual({ state })
        const decision = check(p, state, now)
        if (!decision.allowed) expect(decision.retryAfter).toBeLessThanOrEqual(p.maxDelay)
      }
    }),
  )
})
