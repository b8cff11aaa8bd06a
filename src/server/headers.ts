/** The request headers with a meaning (protocol §3.1). Bad values throw `BadRequest`. */
import type { ValueFormat } from '#src/engine/service.ts'
import {
  defaultContentionRetries,
  defaultQueryTimeoutMs,
  maxContentionRetries,
  maxQueryTimeoutMs,
} from '#src/lib/limits.ts'
import { BadRequest } from './bad-request.ts'

/** Names in lower case, as Node gives them. */
export type Headers = Readonly<Record<string, string | string[] | undefined>>

/** What bounds a transaction, and where it may read. */
export interface TransactionHeaders {
  /** Microseconds; 0 when absent. */
  readonly lastTxnTs: number
  readonly timeoutMs: number
  readonly maxContentionRetries: number
}

/** In the order in which the first bad one is reported. */
export function readTransactionHeaders(headers: Headers): TransactionHeaders {
  return {
    lastTxnTs: timestamp(headers, 'x-last-txn-ts'),
    timeoutMs: timeout(headers, 'x-query-timeout-ms'),
    maxContentionRetries: retries(headers, 'x-max-contention-retries'),
  }
}

export function readFormat(headers: Headers): ValueFormat {
  const value = header(headers, 'x-format')
  switch (value) {
    case undefined:
      return 'simple'
    case 'simple':
    case 'tagged':
    case 'decorated':
      return value
    default:
      throw invalid('x-format', `Invalid format ${value}`)
  }
}

/** `true` or `false` in any letter case; undefined when absent. */
export function readBoolean(headers: Headers, name: string): boolean | undefined {
  const value = header(headers, name)
  if (value === undefined) return undefined
  if (value === 'true') return true
  if (value === 'false') return false
  switch (value.toLowerCase()) {
    case 'true':
      return true
    case 'false':
      return false
    default:
      throw invalid(name, 'Must be a boolean value.')
  }
}

/** A header as one text; undefined when absent. */
export function header(headers: Headers, name: string): string | undefined {
  const value = headers[name]
  return typeof value === 'object' ? value.join(', ') : value
}

export const invalid = (name: string, reason: string): BadRequest =>
  new BadRequest(`Invalid header '${name}': ${reason}`)

function timestamp(headers: Headers, name: string): number {
  const value = header(headers, name)
  if (value === undefined) return 0
  if (!isLong(value)) throw invalid(name, `Invalid timestamp '${value}'.`)
  return Math.max(0, Number(value))
}

function timeout(headers: Headers, name: string): number {
  const value = header(headers, name)
  if (value === undefined) return defaultQueryTimeoutMs
  if (!isLong(value)) throw invalid(name, `Invalid number '${value}'.`)
  const ms = Number(value)
  if (ms <= 0) throw invalid(name, 'Must be greater than 0.')
  if (ms > maxQueryTimeoutMs) throw invalid(name, `Must be less than or equal to ${maxQueryTimeoutMs}.`)
  return ms
}

function retries(headers: Headers, name: string): number {
  const value = header(headers, name)
  if (value === undefined) return defaultContentionRetries
  if (!isLong(value) || Math.abs(Number(value)) > 0x7fffffff)
    throw invalid(name, `Invalid number '${value}'.`)
  const n = Number(value)
  if (n < 0 || n > maxContentionRetries) throw invalid(name, `Must be between 0 and ${maxContentionRetries}.`)
  return n
}

/** A 64-bit integer in decimal. */
function isLong(text: string): boolean {
  if (!/^[+-]?\d{1,30}$/.test(text)) return false
  if (text.length <= 16) return true
  const value = BigInt(text.startsWith('+') ? text.slice(1) : text)
  return value >= -(2n ** 63n) && value < 2n ** 63n
}
