import { describe, expect, it } from 'vitest'
import { parseRange, type Range } from '#src/lib/ip-address.ts'
import { clientAddress } from './client-address.ts'

const trusted = ['10.0.0.0/8', '::1'].map((text) => parseRange(text) as Range)

describe('clientAddress', () => {
  it.each([
    ['no header', '10.0.0.1', undefined, '10.0.0.1'],
    ['a peer that is no proxy cannot say it is another', '192.0.2.1', '198.51.100.7', '192.0.2.1'],
    ['a proxy', '10.0.0.1', '198.51.100.7', '198.51.100.7'],
    ['a proxy over IPv6', '::1', '2001:db8::7', '2001:db8::7'],
    ['a proxy whose address is mapped into IPv6', '::ffff:10.0.0.1', '198.51.100.7', '198.51.100.7'],
    ['two proxies', '10.0.0.1', '198.51.100.7, 10.0.0.2', '198.51.100.7'],
    ['what the client made up', '10.0.0.1', '203.0.113.1, 198.51.100.7', '198.51.100.7'],
    ['what is no address', '10.0.0.1', '198.51.100.7, unknown, 10.0.0.2', '10.0.0.2'],
    ['proxies only', '10.0.0.1', '10.0.0.3,10.0.0.2', '10.0.0.3'],
    ['an empty header', '10.0.0.1', '', '10.0.0.1'],
    ['a header that is too long', '10.0.0.1', '198.51.100.7,'.repeat(40), '10.0.0.1'],
    ['no peer', undefined, '198.51.100.7', undefined],
  ])('%s', (_name, peer, header, expected) => {
    expect(clientAddress(peer, header, trusted)).toBe(expected)
  })

  it('trusts nobody by itself', () => {
    expect(clientAddress('127.0.0.1', '198.51.100.7', [])).toBe('127.0.0.1')
  })
})

describe('parseRange', () => {
  it.each([
    '',
    '10',
    '10.0.0.0/33',
    '10.0.0.0/8/8',
    '10.0.0.0/',
    '::/129',
    'x/8',
    '10.0.0.0/-1',
    '10.0.0.0/8x',
  ])('refuses %j', (text) => {
    expect(parseRange(text)).toBeUndefined()
  })
})
