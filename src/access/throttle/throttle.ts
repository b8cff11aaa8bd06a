import type { ThrottlePolicy } from '#src/access/throttle/policy.ts'

/**
 * Record of the failed logins of one credential or one client network: plain data to be stored as it is. `undefined`
 * stands for a clean record. Times in milliseconds since 1970.
 */
export interface ThrottleState {
  readonly failures: number
  readonly lastFailure: number
  readonly blockedUntil: number
}

export type ThrottleDecision =
  | { readonly allowed: true }
  | { readonly allowed: false; readonly retryAfter: number }

const ALLOWED: ThrottleDecision = { allowed: true }

/**
 * May another login be tried now? `retryAfter` is in milliseconds. `underWay`: attempts that are being looked at; each
 * counts as a failure until it is known to be none, so that guesses sent in parallel are no way around.
 */
export function check(
  policy: ThrottlePolicy,
  state: ThrottleState | undefined,
  now: number,
  underWay = 0,
): ThrottleDecision {
  let expected = state
  for (let i = 0; i < underWay; i++) {
    expected = recordFailure(policy, expected, now)
    if (expected.blockedUntil > now) break
  }
  const retryAfter = (expected?.blockedUntil ?? 0) - now
  // A block longer than any that is given means that the clock was put back.
  if (retryAfter <= 0 || retryAfter > policy.maxDelay) return ALLOWED
  return { allowed: false, retryAfter }
}

/** The record after one more failure. */
export function recordFailure(
  policy: ThrottlePolicy,
  state: ThrottleState | undefined,
  now: number,
): ThrottleState {
  const failures = remembered(policy, state, now) + 1
  return { failures, lastFailure: now, blockedUntil: now + delayAfter(policy, failures) }
}

/** The record after a login that was right. */
export function recordSuccess(
  policy: ThrottlePolicy,
  state: ThrottleState | undefined,
): ThrottleState | undefined {
  return policy.onSuccess === 'clear' ? undefined : state
}

/** Whether a stored record says nothing any more and may be deleted. */
export const isForgotten = (policy: ThrottlePolicy, state: ThrottleState, now: number): boolean =>
  now >= state.blockedUntil &&
  (now - state.lastFailure >= policy.forgetAfter || remembered(policy, state, now) === 0)

/** Failures that still count. */
function remembered(policy: ThrottlePolicy, state: ThrottleState | undefined, now: number): number {
  if (state === undefined) return 0
  const quiet = now - state.lastFailure
  if (quiet >= policy.forgetAfter && now >= state.blockedUntil) return 0
  const forgiven = policy.forgiveEvery > 0 && quiet > 0 ? Math.floor(quiet / policy.forgiveEvery) : 0
  return Math.max(0, state.failures - forgiven)
}

function delayAfter(policy: ThrottlePolicy, failures: number): number {
  const beyond = failures - policy.freeFailures
  return beyond <= 0 ? 0 : Math.min(policy.maxDelay, policy.firstDelay * 2 ** (beyond - 1))
}
