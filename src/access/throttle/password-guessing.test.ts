import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { addressPolicy, credentialPolicy, type ThrottlePolicy } from '#src/access/throttle/policy.ts'
import {
  check,
  isForgotten,
  recordFailure,
  recordSuccess,
  type ThrottleState,
} from '#src/access/throttle/throttle.ts'

const policy: ThrottlePolicy = {
  freeFailures: 3,
  firstDelay: 100,
  maxDelay: 1000,
  forgetAfter: 10_000,
  forgiveEvery: 0,
  onSuccess: 'clear',
}
const sharing: ThrottlePolicy = { ...policy, forgiveEvery: 2000, onSuccess: 'keep' }
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

  test('success clears a credential', () => expect(recordSuccess(policy, afterFailures(9))).toBeUndefined())

  test('success of one account does not clear a network', () => {
    expect(recordSuccess(sharing, afterFailures(9, sharing))).toEqual(afterFailures(9, sharing))
  })

  test('a network is forgiven one failure after the other', () => {
    const state = afterFailures(3, sharing)
    expect(recordFailure(sharing, state, START + 1999).failures).toBe(4)
    expect(recordFailure(sharing, state, START + 4000).failures).toBe(2)
    expect(isForgotten(sharing, state, START + 6000)).toBe(true)
  })
})

test('attempts under way count as failures', () => {
  expect(check(policy, afterFailures(2), START, 1)).toEqual({ allowed: true })
  expect(check(policy, afterFailures(2), START, 2)).toEqual({ allowed: false, retryAfter: 100 })
  expect(check(policy, undefined, START, 1_000_000).allowed).toBe(false)
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
  expect(guesses(addressPolicy)).toBeLessThan(1000)
})

test('a busy office that mistypes twenty times an hour is never blocked', () => {
  let state: ThrottleState | undefined
  for (let i = 0; i < 500; i++) {
    const now = START + i * 180_000
    expect(check(addressPolicy, state, now).allowed).toBe(true)
    state = recordFailure(addressPolicy, state, now)
  }
})

test('a clock that was put back does not lock anybody out', () => {
  expect(check(policy, afterFailures(9), START - 1_000_000)).toEqual({ allowed: true })
})

test('records are plain data, and no history blocks for longer than the policy says', () => {
  const step = fc.record({ wait: fc.integer({ min: -500, max: 20_000 }), success: fc.boolean() })
  fc.assert(
    fc.property(fc.constantFrom(policy, sharing), fc.array(step, { maxLength: 40 }), (p, steps) => {
      let now = START
      let state: ThrottleState | undefined
      for (const { wait, success } of steps) {
        now += wait
        state = success ? recordSuccess(p, state) : recordFailure(p, state, now)
        expect(JSON.parse(JSON.stringify({ state }))).toEqual({ state })
        const decision = check(p, state, now)
        if (!decision.allowed) expect(decision.retryAfter).toBeLessThanOrEqual(p.maxDelay)
      }
    }),
  )
})
