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
 * May another login be tried now? `retryAfter` is in milliseconds.
 *
 * To be safe against guesses sent in parallel, charge before the password is looked at: in one transaction `check` and
 * `recordFailure`, then verify, then `recordSuccess` if it was right.
 */
export function check(
  policy: ThrottlePolicy,
  state: ThrottleState | undefined,
  now: number,
): ThrottleDecision {
  const retryAfter = (state?.blockedUntil ?? 0) - now
  // A block longer than any that is given means that the clock was put back.
  if (retryAfter <= 0 || retryAfter > policy.maxDelay) return ALLOWED
  return { allowed: false, retryAfter }
}

/** The strictest of several decisions, say for a credential and a client network. */
export function strictest(...decisions: readonly ThrottleDecision[]): ThrottleDecision {
  let retryAfter = 0
  for (const d of decisions) if (!d.allowed) retryAfter = Math.max(retryAfter, d.retryAfter)
  return retryAfter > 0 ? { allowed: false, retryAfter } : ALLOWED
}

/** The record after one more failure. */
export function recordFailure(
  policy: ThrottlePolicy,
  state: ThrottleState | undefined,
  now: number,
): ThrottleState {
  const failures = (current(policy, state, now)?.failures ?? 0) + 1
  return { failures, lastFailure: now, blockedUntil: now + delayAfter(policy, failures) }
}

/** The record after the attempt that was charged as a failure turned out right. */
export function recordSuccess(
  policy: ThrottlePolicy,
  state: ThrottleState | undefined,
  now: number,
): ThrottleState | undefined {
  const known = current(policy, state, now)
  if (known === undefined || policy.onSuccess === 'clear' || known.failures <= 1) return undefined
  return { ...known, failures: known.failures - 1, blockedUntil: now }
}

/** The record after somebody in charge forgave everything; also right after a change of password. */
export const clear = (): undefined => undefined

/** Whether a stored record says nothing any more and may be deleted. */
export const isForgotten = (policy: ThrottlePolicy, state: ThrottleState, now: number): boolean =>
  now - state.lastFailure >= policy.forgetAfter && now >= state.blockedUntil

function current(
  policy: ThrottlePolicy,
  state: ThrottleState | undefined,
  now: number,
): ThrottleState | undefined {
  return state === undefined || isForgotten(policy, state, now) ? undefined : state
}

function delayAfter(policy: ThrottlePolicy, failures: number): number {
  const beyond = failures - policy.freeFailures
  return beyond <= 0 ? 0 : Math.min(policy.maxDelay, policy.firstDelay * 2 ** (beyond - 1))
}
