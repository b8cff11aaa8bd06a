import { describe, expect, it } from 'vitest'
import { readBoolean, readFormat, readTransactionHeaders } from './headers.ts'
import { readTags } from './tags.ts'

describe('request headers', () => {
  it('have defaults', () => {
    expect(readTransactionHeaders({})).toEqual({ lastTxnTs: 0, timeoutMs: 120_000, maxContentionRetries: 4 })
    expect(readFormat({})).toBe('simple')
    expect(readBoolean({}, 'x-typecheck')).toBeUndefined()
  })

  it.each([
    ['x-last-txn-ts', 'yesterday', "Invalid timestamp 'yesterday'."],
    ['x-last-txn-ts', '9223372036854775808', "Invalid timestamp '9223372036854775808'."],
    ['x-query-timeout-ms', '1.5', "Invalid number '1.5'."],
    ['x-query-timeout-ms', '0', 'Must be greater than 0.'],
    ['x-query-timeout-ms', '-7', 'Must be greater than 0.'],
    ['x-query-timeout-ms', '600001', 'Must be less than or equal to 600000.'],
    ['x-max-contention-retries', '', "Invalid number ''."],
    ['x-max-contention-retries', '99999999999', "Invalid number '99999999999'."],
    ['x-max-contention-retries', '-1', 'Must be between 0 and 7.'],
    ['x-max-contention-retries', '8', 'Must be between 0 and 7.'],
  ])('%s refuses %j', (name, value, reason) => {
    expect(() => readTransactionHeaders({ [name]: value })).toThrow(`Invalid header '${name}': ${reason}`)
  })

  it('are reported in the order of the reference', () => {
    const all = { 'x-max-contention-retries': 'x', 'x-query-timeout-ms': 'x', 'x-last-txn-ts': 'x' }
    expect(() => readTransactionHeaders(all)).toThrow('x-last-txn-ts')
  })

  it.each(['Tagged', 'plain', ''])('x-format refuses %j', (format) => {
    expect(() => readFormat({ 'x-format': format })).toThrow(
      `Invalid header 'x-format': Invalid format ${format}`,
    )
  })

  it.each([
    ['true', true],
    ['FALSE', false],
    ['True', true],
  ])('boolean %s', (text, value) => expect(readBoolean({ 'x-typecheck': text }, 'x-typecheck')).toBe(value))

  it('booleans are nothing else', () => {
    expect(() => readBoolean({ 'x-linearized': '1' }, 'x-linearized')).toThrow('Must be a boolean value.')
  })
})

describe('x-query-tags', () => {
  const many = (n: number): string => Array.from({ length: n }, (_, i) => `k${i}=v`).join(',')

  it.each([['a=b'], ['a=b,c_1=D2'], [many(25)]])('takes %s', (text) => {
    expect(readTags({ 'x-query-tags': text })).toBe(text)
  })

  it('counts an empty header as none', () => expect(readTags({ 'x-query-tags': '' })).toBeUndefined())

  it.each([
    ['a=b,,', 'invalid tags'],
    ['a=b\n', 'invalid tags'],
    ['a', 'invalid tags'],
    ['a=ü', 'invalid tags'],
    [many(26), 'too many tags'],
    [`${'k'.repeat(41)}=v`, 'invalid key'],
    [`k=${'v'.repeat(81)}`, 'invalid value'],
    ['a=1,a=2', 'duplicate key'],
    ['a'.repeat(3001), 'header is too long'],
  ])('refuses %s', (text, reason) => {
    expect(() => readTags({ 'x-query-tags': text })).toThrow(`Invalid header 'x-query-tags': ${reason}`)
  })
})
