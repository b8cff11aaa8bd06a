import { createHmac, generateKeyPairSync } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import {
  base64url,
  claims,
  ec,
  ed,
  jwk,
  keySet,
  login,
  makeToken,
  otherRsa,
  rsa,
} from '#src/access/jwt/testing/issuer.ts'

const all = keySet(jwk(rsa.publicKey), jwk(ec.publicKey), jwk(ed.publicKey))

describe('algorithms that verify', () => {
  test.each([
    ['RS256', rsa.privateKey],
    ['RS384', rsa.privateKey],
    ['RS512', rsa.privateKey],
    ['ES256', ec.privateKey],
    ['EdDSA', ed.privateKey],
  ])('%s', async (alg, key) => {
    const token = makeToken({ alg }, claims(), key, alg)
    expect(await login(token, all)).toBe(true)
    expect(await login(token.slice(0, -8) + token.slice(-4) + token.slice(-8, -4), all)).toBe(false)
  })
})

describe('the public key as an HMAC secret', () => {
  const secrets = [
    rsa.publicKey.export({ type: 'spki', format: 'pem' }),
    rsa.publicKey.export({ type: 'spki', format: 'der' }),
    JSON.stringify(jwk(rsa.publicKey)),
  ]
  for (const [i, secret] of secrets.entries())
    test.each(['HS256', 'HS384', 'HS512'])(`%s (${i})`, async (alg) => {
      const input = `${base64url({ alg })}.${base64url(claims())}`
      const mac = createHmac(alg.replace('HS', 'sha'), secret).update(input).digest('base64url')
      expect(await login(`${input}.${mac}`, all)).toBe(false)
    })

  test('also when the set offers a symmetric key', async () => {
    const input = `${base64url({ alg: 'HS256' })}.${base64url(claims())}`
    const mac = createHmac('sha256', 'x').update(input).digest('base64url')
    expect(await login(`${input}.${mac}`, keySet({ kty: 'oct', k: base64url('x') }))).toBe(false)
  })
})

describe('no signature', () => {
  test.each(['none', 'None', 'NONE', '', null, undefined, 0, ['RS256']])('alg %j', async (alg) => {
    for (const signature of ['', 'AA', 'e30'])
      expect(await login(`${base64url({ alg })}.${base64url(claims())}.${signature}`, all)).toBe(false)
  })
})

test.each([
  'PS256',
  'RS1',
  'rs256',
  'RS256 ',
  'ES384',
  'ES256K',
  'Ed448',
  '__proto__',
  'constructor',
  'toString',
])('alg %s is refused, whatever signed it', async (alg) =>
  expect(await login(makeToken({ alg }, claims(), rsa.privateKey), all)).toBe(false),
)

test.each([
  ['RS256', 'ES256', ec.privateKey],
  ['ES256', 'RS256', rsa.privateKey],
  ['EdDSA', 'ES256', ec.privateKey],
  ['RS512', 'RS256', rsa.privateKey],
])('a header that says %s over a %s signature', async (alg, real, key) => {
  expect(await login(makeToken({ alg }, claims(), key, real), all)).toBe(false)
})

test('a key id that belongs to a key of another kind', async () => {
  const keys = keySet(jwk(ec.publicKey, { kid: 'a' }), jwk(rsa.publicKey, { kid: 'b' }))
  expect(await login(makeToken({ alg: 'RS256', kid: 'a' }, claims(), rsa.privateKey), keys)).toBe(false)
  expect(await login(makeToken({ alg: 'RS256', kid: 'b' }, claims(), rsa.privateKey), keys)).toBe(true)
})

describe('keys that the token brings along', () => {
  const foreign = jwk(otherRsa.publicKey)
  test.each([
    { jwk: foreign },
    { jku: 'https://evil.test/keys' },
    { x5u: 'https://evil.test/cert' },
    { x5c: ['MIIB'] },
  ])('%#', async (more) => {
    expect(await login(makeToken({ alg: 'RS256', ...more }, claims(), otherRsa.privateKey), all)).toBe(false)
    expect(await login(makeToken({ alg: 'RS256', ...more }, claims(), rsa.privateKey), all)).toBe(true)
  })
})

test('critical extensions are refused', async () => {
  for (const more of [{ crit: ['x'], x: 1 }, { crit: ['b64'], b64: false }, { crit: [] }])
    expect(await login(makeToken({ alg: 'RS256', ...more }, claims(), rsa.privateKey), all)).toBe(false)
})

describe('weak or damaged keys', () => {
  test('RSA with 1,024 bits', async () => {
    const weak = generateKeyPairSync('rsa', { modulusLength: 1024 })
    expect(
      await login(makeToken({ alg: 'RS256' }, claims(), weak.privateKey), keySet(jwk(weak.publicKey))),
    ).toBe(false)
  })

  test.each([
    { kty: 'RSA' },
    { kty: 'RSA', n: 'AQAB', e: 'AQAB' },
    { kty: 'RSA', n: 5, e: [] },
    { kty: 'RSA', n: '!'.repeat(300), e: 'AQAB' },
    { kty: 'RSA', n: 'A'.repeat(100_000), e: 'AQAB' },
    { kty: 'RSA', ...jwk(rsa.publicKey), e: 'A'.repeat(400) },
  ])('%#', async (key) => {
    expect(await login(makeToken({ alg: 'RS256' }, claims(), rsa.privateKey), keySet(key))).toBe(false)
  })

  test('a modulus with a leading zero, as Java writes it', async () => {
    const { n, ...rest } = jwk(rsa.publicKey) as { n: string }
    const padded = Buffer.concat([Buffer.alloc(1), Buffer.from(n, 'base64url')]).toString('base64url')
    expect(
      await login(makeToken({ alg: 'RS256' }, claims(), rsa.privateKey), keySet({ ...rest, n: padded })),
    ).toBe(true)
  })

  test('`use` and `alg` of the key do not matter', async () => {
    const key = jwk(rsa.publicKey, { use: 'enc', alg: 'RS512', key_ops: ['encrypt'], ext: false })
    expect(await login(makeToken({ alg: 'RS256' }, claims(), rsa.privateKey), keySet(key))).toBe(true)
  })
})
