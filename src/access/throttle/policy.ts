/**
 * How failed logins slow down further ones. All durations in milliseconds.
 * The first `freeFailures` cost nothing; the next blocks for `firstDelay`, and each one after it twice as long as the one
 * before, up to `maxDelay`. After `forgetAfter` without a failure all is forgotten.
 * `forgiveEvery`: one failure is forgotten in each such time, whether or not more come; 0: never.
 * `onSuccess`: `clear` forgets everything, `keep` nothing, so that somebody who owns one account of many cannot wipe his
 * record with it.
 */
export interface ThrottlePolicy {
  readonly freeFailures: number
  readonly firstDelay: number
  readonly maxDelay: number
  readonly forgetAfter: number
  readonly forgiveEvery: number
  readonly onSuccess: 'clear' | 'keep'
}

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

/**
 * For one credential, whoever tries. The longest block is short: strangers must not be able to lock an owner out for
 * long, and even so no more than some hundred guesses a day get through.
 */
export const credentialPolicy: ThrottlePolicy = {
  freeFailures: 10,
  firstDelay: SECOND,
  maxDelay: 5 * MINUTE,
  forgetAfter: 24 * HOUR,
  forgiveEvery: 0,
  onSuccess: 'clear',
}

/**
 * For one client network, whatever credential it tries. Many people can share one, so more is free, and the ordinary
 * mistakes of many are forgiven as fast as they happen.
 */
export const addressPolicy: ThrottlePolicy = {
  freeFailures: 50,
  firstDelay: SECOND,
  maxDelay: 15 * MINUTE,
  forgetAfter: HOUR,
  forgiveEvery: 2 * MINUTE,
  onSuccess: 'keep',
}
