import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { audienceOf } from '#src/access/jwt/audience.ts'
import { maxJwtCharacters, readJwt } from '#src/access/jwt/read.ts'
import {
  base64url,
  claims,
  GLOBAL_ID,
  jwk,
  keySet,
  login,
  makeToken,
  NOW,
  otherRsa,
  rsa,
} from '#src/access/jwt/testing/issuer.ts'
import { Secret } from '#src/access/secrets/secret.ts'

const keys = keySet(jwk(rsa.publicKey))
const header = { alg: 'RS256' }
const good = makeToken(header, claims(), rsa.privateKey)
const signed = (payload: unknown) => makeToken(header, payload, rsa.privateKey)
const reads = (token: string) => readJwt(new Secret(token), NOW) !== undefined

describe('form', () => {
  test('a good one', async () => {
    expect(await login(good, keys)).toBe(true)
    expect(readJwt(new Secret(good), NOW)).toEqual({
      token: expect.any(Secret),
      algorithm: 'RS256',
      keyId: undefined,
      issuer: 'https://issuer.test/',
      globalId: GLOBAL_ID,
      payload: JSON.stringify(claims()),
      expiresAt: undefined,
    })
  })

  test.each([
    '',
    '.',
    '..',
    'ey.',
    good.slice(0, good.lastIndexOf('.')),
    `${good}.`,
    `${good}.x`,
    `.${good}`,
    good.replace('.', '..'),
    `${good}=`,
    `${good} `,
    ` ${good}`,
    `${good}\u0141`,
    good.replaceAll('.', ','),
    makeToken('not json', claims(), rsa.privateKey),
    makeToken('[]', claims(), rsa.privateKey),
    makeToken('null', claims(), rsa.privateKey),
    makeToken('"x"', claims(), rsa.privateKey),
    makeToken(`\ufeff${JSON.stringify(header)}`, claims(), rsa.privateKey),
    signed('not json'),
    signed('[]'),
    signed('5'),
    signed(''),
    signed('['.repeat(9000)),
    signed(`{"a":${'['.repeat(9000)}${']'.repeat(9000)}}`),
  ])('%#', async (token) => expect(await login(token, keys)).toBe(false))

  test('invalid UTF-8', () => {
    const part = Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]).toString('base64url')
    expect(reads(`${base64url(header)}.${part}.AA`)).toBe(false)
  })

  test('too long', () => {
    expect(reads(signed(claims({ x: 'y'.repeat(maxJwtCharacters) })))).toBe(false)
  })

  test('arbitrary text never throws', () => {
    const part = fc.oneof(fc.base64String(), fc.json().map(base64url), fc.string({ unit: 'binary' }))
    fc.assert(fc.property(fc.array(part, { maxLength: 4 }), (parts) => !reads(parts.join('.'))))
  })
})

describe('signature', () => {
  test('of another key', async () => {
    expect(await login(makeToken(header, claims(), otherRsa.privateKey), keys)).toBe(false)
  })

  test('moved to another payload or header', async () => {
    const [h, , s] = good.split('.')
    expect(await login(`${h}.${base64url(claims({ scope: 'admin' }))}.${s}`, keys)).toBe(false)
    expect(await login(`${base64url({ ...header, typ: 'JWT' })}.${good.split('.')[1]}.${s}`, keys)).toBe(
      false,
    )
  })

  test('over the same JSON in other text', async () => {
    const [h, p, s] = good.split('.')
    expect(await login(`${h}.${base64url(` ${Buffer.from(p!, 'base64url')}`)}.${s}`, keys)).toBe(false)
  })
})

describe('time', () => {
  const second = NOW / 1000
  test.each<[string, object, boolean]>([
    ['no times', {}, true],
    ['exp ahead', { exp: second + 1 }, true],
    ['exp now', { exp: second }, false],
    ['exp past', { exp: second - 1 }, false],
    ['exp far ahead', { exp: 9007199254740991 }, true],
    ['exp zero', { exp: 0 }, false],
    ['exp negative', { exp: -1 }, false],
    ['nbf past', { nbf: second - 1 }, true],
    ['nbf now', { nbf: second }, false],
    ['nbf ahead', { nbf: second + 1 }, false],
    ['exp as a string is absent', { exp: '1' }, true],
    ['nbf as a string is absent', { nbf: '99999999999' }, true],
    ['iat ahead is ignored', { iat: second + 1000 }, true],
  ])('%s', async (_, more, expected) => expect(await login(signed(claims(more)), keys)).toBe(expected))

  test.each(['1.5', '1.0', '1e3', '1E0'])('exp written as %s is absent', async (exp) => {
    const payload = JSON.stringify(claims()).replace('{', `{"exp":${exp},`)
    expect(await login(signed(payload), keys)).toBe(true)
  })

  test('one millisecond decides', async () => {
    const token = signed(claims({ exp: second }))
    expect(await login(token, keys, NOW - 1)).toBe(true)
    expect(await login(signed(claims({ nbf: second })), keys, NOW + 1)).toBe(true)
  })

  test('the expiry is told', () => {
    expect(readJwt(new Secret(signed(claims({ exp: second + 9 }))), NOW)?.expiresAt).toBe(NOW + 9000)
  })
})

describe('audience', () => {
  const ours = audienceOf(GLOBAL_ID)
  const other = audienceOf(5n)
  test.each<[unknown, boolean]>([
    [ours, true],
    [[ours], true],
    [['https://api.test', ours, 'x'], true],
    [ours.replace(/.{13}$/, (id) => id.toUpperCase()), true],
    [undefined, false],
    [null, false],
    [[], false],
    ['', false],
    [5, false],
    [{ 0: ours, length: 1 }, false],
    [[ours, 5], false],
    [[ours, null], false],
    [[[ours]], false],
    [[ours, ours], false],
    [[ours, other], false],
    [`${ours}/`, false],
    [`${ours} `, false],
    [` ${ours}`, false],
    [ours.replace('https', 'http'), false],
    [ours.slice(0, -1), false],
    ['https://db.fauna.com/db/', false],
    [audienceOf(0n), false],
  ])('%j: %s', async (aud, expected) => expect(await login(signed(claims({ aud })), keys)).toBe(expected))

  test('names the database', () => {
    expect(readJwt(new Secret(signed(claims({ aud: other }))), NOW)?.globalId).toBe(5n)
  })
})

describe('issuer', () => {
  test.each([undefined, null, 5, ['https://issuer.test/'], {}, audienceOf(GLOBAL_ID)])(
    '%j is refused',
    (iss) => {
      expect(reads(signed(claims({ iss })))).toBe(false)
    },
  )

  test('is told exactly as it stands', () => {
    for (const iss of ['', 'https://issuer.test', 'HTTPS://issuer.test/', ' x '])
      expect(readJwt(new Secret(signed(claims({ iss }))), NOW)?.issuer).toBe(iss)
  })
})

test('repeated claims: the last one counts, as for everybody who reads the payload', () => {
  const payload = `{"iss":"a","iss":"b","aud":"x","aud":${JSON.stringify(audienceOf(7n))}}`
  const jwt = readJwt(new Secret(signed(payload)), NOW)
  expect(jwt?.issuer).toBe('b')
  expect(jwt?.globalId).toBe(7n)
})

test('claims of the prototype are no claims', () => {
  expect(reads(signed(`{"__proto__":${JSON.stringify(claims())}}`))).toBe(false)
  expect(reads(makeToken(`{"__proto__":{"alg":"RS256"}}`, claims(), rsa.privateKey))).toBe(false)
})
