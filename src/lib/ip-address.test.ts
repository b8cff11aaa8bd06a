import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { clientNetwork, isLoopback, isPublic, parseIpAddress } from '#src/lib/ip-address.ts'

describe('parsing', () => {
  test.each<[string, number[]]>([
    ['1.2.3.4', [0x102, 0x304]],
    ['255.255.255.255', [0xffff, 0xffff]],
    ['::', [0, 0, 0, 0, 0, 0, 0, 0]],
    ['::1', [0, 0, 0, 0, 0, 0, 0, 1]],
    ['2001:db8::ff', [0x2001, 0xdb8, 0, 0, 0, 0, 0, 0xff]],
    ['1:2:3:4:5:6:7:8', [1, 2, 3, 4, 5, 6, 7, 8]],
    ['1::', [1, 0, 0, 0, 0, 0, 0, 0]],
    ['64:ff9b::1.2.3.4', [0x64, 0xff9b, 0, 0, 0, 0, 0x102, 0x304]],
    ['::ffff:1.2.3.4', [0x102, 0x304]],
    ['::FFFF:7f00:1', [0x7f00, 1]],
  ])('%s', (text, groups) => expect(parseIpAddress(text)).toEqual(groups))

  test.each([
    '',
    'localhost',
    '1.2.3',
    '01.2.3.4',
    '0x7f.0.0.1',
    '1.2.3.256',
    ':::',
    '1::2::3',
    'fe80::1%eth0',
    '[::1]',
  ])('%j is none', (text) => expect(parseIpAddress(text)).toBeUndefined())

  test('any generated address is read', () => {
    const inRange = (g: number) => g >= 0 && g <= 0xffff
    fc.assert(fc.property(fc.ipV6(), (text) => parseIpAddress(text)?.every(inRange) === true))
    fc.assert(fc.property(fc.ipV4(), (text) => clientNetwork(text) === text))
  })
})

describe('public', () => {
  test.each([
    '1.1.1.1',
    '8.8.8.8',
    '172.32.0.1',
    '100.128.0.1',
    '192.167.0.1',
    '223.255.255.255',
    '2606:4700::1111',
    '::ffff:8.8.8.8',
  ])('%s is', (text) => expect(isPublic(parseIpAddress(text)!)).toBe(true))

  test.each([
    '0.0.0.0',
    '10.0.0.1',
    '100.64.0.1',
    '127.0.0.1',
    '127.255.0.9',
    '169.254.169.254',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '198.19.0.1',
    '224.0.0.1',
    '240.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::ffff:10.0.0.1',
    '::ffff:a9fe:a9fe',
    '::7f00:1',
    '64:ff9b::7f00:1',
    'fc00::1',
    'fd00:ec2::254',
    'fe80::1',
    'ff02::1',
    '2001::1',
    '2001:db8::1',
    '2002:7f00:1::',
  ])('%s is not', (text) => expect(isPublic(parseIpAddress(text)!)).toBe(false))
})

test.each([
  ['127.0.0.1', true],
  ['127.9.9.9', true],
  ['::1', true],
  ['::ffff:127.0.0.1', true],
  ['128.0.0.1', false],
  ['::2', false],
])('%s loopback: %s', (text, expected) => expect(isLoopback(parseIpAddress(text)!)).toBe(expected))

test.each([
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:db8:1:2::', '2001:db8:1:2::/64'],
  ['::ffff:1.2.3.4', '1.2.3.4'],
  ['1.2.3.4', '1.2.3.4'],
  ['unix', 'unix'],
])('the network of %s is %s', (text, network) => expect(clientNetwork(text)).toBe(network))
