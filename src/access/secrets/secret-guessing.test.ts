import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeSecret, encodeKeySecret, encodeTokenSecret, RANDOM_BYTES } from '#src/access/secrets/codec.ts'
import { hashRandom, onlyMatch, rootSecretTest, sameHash } from '#src/access/secrets/hash.ts'
import { mintKeySecret, mintTokenSecret } from '#src/access/secrets/mint.ts'

const ZEROES = new Uint8Array(RANDOM_BYTES)
const MAX_ID = 2n ** 63n - 1n
const MAX_GLOBAL = 2n ** 63n - 1n
const id = fc.bigInt(0n, MAX_ID)
const globalId = fc.bigInt(0n, 2n ** 64n - 1n)
const random = fc.uint8Array({ minLength: RANDOM_BYTES, maxLength: RANDOM_BYTES })

describe('layout', () => {
  test('key vector', () => {
    const text = 'fnB__________wAAAAAAAAAAAAAAAAAAAAAAAAAA'
    expect(encodeKeySecret(MAX_ID, ZEROES)).toBe(text)
    expect(decodeSecret(text)).toEqual({ kind: 'key', id: MAX_ID, hash: hashRandom(ZEROES) })
  })

  test('token vector', () => {
    const text = 'fnF__________3__________AAAAAAAAAAAAAAAAAAAAAAAAAAA'
    expect(encodeTokenSecret(MAX_ID, MAX_GLOBAL, ZEROES)).toBe(text)
    expect(decodeSecret(text)).toEqual({
      kind: 'token',
      id: MAX_ID,
      globalId: MAX_GLOBAL,
      hash: hashRandom(ZEROES),
    })
  })

  test('keys survive', () => {
    fc.assert(
      fc.property(id, random, (id, random) => {
        const text = encodeKeySecret(id, random)
        expect(text).toMatch(/^fn[AB][\w-]{37}$/)
        expect(decodeSecret(text)).toEqual({ kind: 'key', id, hash: hashRandom(random) })
      }),
    )
  })

  test('tokens survive', () => {
    fc.assert(
      fc.property(id, globalId, random, (id, globalId, random) => {
        const text = encodeTokenSecret(id, globalId, random)
        expect(text).toMatch(/^fn[EF][\w-]{48}$/)
        expect(decodeSecret(text)).toEqual({ kind: 'token', id, globalId, hash: hashRandom(random) })
      }),
    )
  })
})

describe('what is no secret', () => {
  const key = encodeKeySecret(7n, ZEROES)
  const token = encodeTokenSecret(7n, 9n, ZEROES)
  test.each([
    '',
    'secret',
    `${key}=`,
    `${key} `,
    key.slice(1),
    `${token}=`,
    token.slice(0, -1),
    key.replace('f', 'g'),
    `fnE${key.slice(3)}`,
    `fnA${token.slice(3)}`,
    `${key.slice(0, -1)}+`,
    `${key.slice(0, -1)}\u0000`,
    `${key.slice(0, -1)}\u0141`,
    `${token.slice(0, -1)}B`,
    `kqnPf_________-0AAAAAAAAAAAAAAAAAAAAAAAAAAA`,
  ])('%j', (text) => expect(decodeSecret(text)).toBeUndefined())

  test('arbitrary text never throws, and what decodes is spelled in one way', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 60 }),
      fc.base64String({ minLength: 36, maxLength: 52 }),
      fc.stringMatching(/^fn[AE][\w-]{37}$/),
      fc.stringMatching(/^fn[AEF][\w-]{48}$/),
    )
    fc.assert(fc.property(text, (t) => void decodeSecret(t)))
  })
})

describe('guessing', () => {
  test('one wrong bit of the random part does not match', () => {
    const minted = mintKeySecret(7n)
    const bytes = Buffer.from(minted.secret.reveal(), 'base64url')
    for (let bit = 0; bit < RANDOM_BYTES * 8; bit++) {
      const guess = Buffer.from(bytes)
      guess[10 + (bit >> 3)]! ^= 1 << (bit & 7)
      expect(sameHash(decodeSecret(guess.toString('base64url'))!.hash, minted.hash)).toBe(false)
    }
  })

  test('two secrets for one id differ', () => {
    expect(mintTokenSecret(1n, 2n).secret.reveal()).not.toBe(mintTokenSecret(1n, 2n).secret.reveal())
  })

  test('the stored hash is SHA-256 of the random part only', () => {
    const bytes = new Uint8Array(RANDOM_BYTES).fill(5)
    const minted = mintTokenSecret(1n, 2n, () => bytes)
    expect(Buffer.from(minted.hash)).toEqual(createHash('sha256').update(bytes).digest())
    expect(decodeSecret(minted.secret.reveal())!.hash).toEqual(minted.hash)
  })

  test('a poor random source is refused', () => {
    expect(() => mintKeySecret(1n, () => new Uint8Array(19))).toThrow('random source')
  })

  test('hashes of different length do not match', () => {
    expect(sameHash(new Uint8Array(32), new Uint8Array(31))).toBe(false)
    expect(sameHash(new Uint8Array(32), new Uint8Array(0))).toBe(false)
  })

  test('two keys with one secret are both refused', () => {
    const hash = hashRandom(ZEROES)
    const other = hashRandom(new Uint8Array(RANDOM_BYTES).fill(1))
    const self = (h: Uint8Array) => h
    expect(onlyMatch(hash, [other, hash], self)).toBe(hash)
    expect(onlyMatch(hash, [hash, other, hash], self)).toBeUndefined()
    expect(onlyMatch(hash, [other], self)).toBeUndefined()
    expect(onlyMatch(hash, [], self)).toBeUndefined()
  })
})

describe('root secrets', () => {
  const isRoot = rootSecretTest(['secret', 'next', ''])
  test.each([
    ['secret', true],
    ['next', true],
    ['', false],
    ['Secret', false],
    ['secret ', false],
    ['secre', false],
  ])('%j: %s', (text, expected) => expect(isRoot(text)).toBe(expected))

  test('none configured, none accepted', () => expect(rootSecretTest([])('')).toBe(false))
})

test('decoding and hashing stays within microseconds', () => {
  const text = mintTokenSecret(123456789n, 987654321n).secret.reveal()
  const rounds = 20_000
  for (let i = 0; i < rounds; i++) decodeSecret(text)
  const start = process.hrtime.bigint()
  for (let i = 0; i < rounds; i++) decodeSecret(text)
  const micros = Number(process.hrtime.bigint() - start) / 1000 / rounds
  expect(micros).toBeLessThan(50)
})
