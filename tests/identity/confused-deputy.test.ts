/** JWTs that were made for somebody else, by somebody else, or by nobody. */
import { createHmac, generateKeyPairSync } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { base64url, jwk, keySet, makeToken } from '#src/access/jwt/testing/issuer.ts'
import { type JwksServer, startJwksServer } from '#src/access/jwt/testing/jwks-server.ts'
import { startOwnServer } from '../conformance/own-server.ts'
import { Asking, type Json } from './asking.ts'

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
const other = generateKeyPairSync('rsa', { modulusLength: 2048 })
const ed = generateKeyPairSync('ed25519')

let a: Asking
let issuer: JwksServer
let shop: string
let bank: string
/** Audiences of the two databases. */
let audience: { shop: string; bank: string }

const provider = (name: string, iss: string) =>
  `AccessProvider.create({ name: "${name}", issuer: "${iss}", jwks_uri: "${issuer.uri()}", roles: ["reader", { role: "boss", predicate: "jwt => jwt!.admin == true" }] }).audience`

beforeAll(async () => {
  a = new Asking(await startOwnServer())
  issuer = await startJwksServer('http')
  issuer.answer = (_, response) =>
    response.end(keySet(jwk(rsa.publicKey, { kid: 'one' }), jwk(ed.publicKey, { kid: 'two' })))
  ;[shop, bank] = [await a.child('shop'), await a.child('bank')]
  for (const secret of [shop, bank]) {
    await a.data('Collection.create({ name: "Thing" })', secret)
    await a.data(
      'Role.create({ name: "reader", privileges: { resource: "Thing", actions: { read: true } } })',
      secret,
    )
    await a.data(
      'Role.create({ name: "boss", privileges: { resource: "Thing", actions: { create: true } } })',
      secret,
    )
  }
  audience = {
    shop: await a.data(provider('idp', 'https://idp/'), shop),
    bank: await a.data(provider('idp', 'https://idp/'), bank),
  }
  await a.data(provider('second', 'https://second/'), bank)
})
afterAll(async () => {
  await a.server.stop()
  await issuer.close()
})

const now = () => Math.floor(Date.now() / 1000)
const claims = (more: object = {}) => ({ iss: 'https://idp/', aud: audience.shop, exp: now() + 60, ...more })
const token = (payload: object, header: object = { alg: 'RS256', kid: 'one' }, key = rsa.privateKey) =>
  makeToken(header, payload, key, (header as { alg: string }).alg)

test('a good one is somebody', async () => {
  expect(
    await a.data(
      '[Query.identity(), Query.token()!.sub, Thing.all().count()]',
      token(claims({ sub: 'ann' })),
    ),
  ).toEqual([null, 'ann', 0])
  expect(await a.status('1', token(claims(), { alg: 'EdDSA', kid: 'two' }, ed.privateKey))).toBe(200)
})

test('roles are those whose predicate accepts the payload', async () => {
  expect(await a.code('Thing.create({})', token(claims({ admin: 'true' })))).toBe('permission_denied')
  expect(await a.code('Thing.create({})', token(claims({ admin: true })))).toBeUndefined()
})

describe('refused:', () => {
  const cases: [string, () => string][] = [
    [
      'the audience of another database, in which the issuer is not trusted for this',
      () => token(claims({ aud: audience.bank, iss: 'https://nobody/' })),
    ],
    ['an issuer that only another database trusts', () => token(claims({ iss: 'https://second/' }))],
    ['two audiences of ours', () => token(claims({ aud: [audience.shop, audience.bank] }))],
    ['no audience', () => token(claims({ aud: undefined }))],
    ['an audience of other people only', () => token(claims({ aud: 'https://api.example.com/' }))],
    ['the root database', () => token(claims({ aud: 'https://db.fauna.com/db/yyyyyyyyyyyyy' }))],
    ['an issuer that differs by a slash', () => token(claims({ iss: 'https://idp' }))],
    ['no issuer', () => token(claims({ iss: undefined }))],
    ['expired', () => token(claims({ exp: now() - 1 }))],
    ['not yet valid', () => token(claims({ nbf: now() + 30 }))],
    ['another key under the same kid', () => token(claims(), undefined, other.privateKey)],
    ['an unknown kid', () => token(claims(), { alg: 'RS256', kid: 'three' })],
    [
      'a payload changed after signing',
      () => token(claims()).replace(/\.[^.]+\./, `.${base64url(claims({ admin: true }))}.`),
    ],
    ['no signature', () => token(claims()).replace(/[^.]+$/, '')],
    ['alg none', () => `${base64url({ alg: 'none' })}.${base64url(claims())}.`],
    [
      'alg none with a signature',
      () => token(claims()).replace(/^[^.]+/, base64url({ alg: 'none', kid: 'one' })),
    ],
    [
      'HS256 with the public key as secret',
      () => {
        const input = `${base64url({ alg: 'HS256', kid: 'one' })}.${base64url(claims())}`
        const pem = rsa.publicKey.export({ type: 'spki', format: 'pem' })
        return `${input}.${createHmac('sha256', pem).update(input).digest('base64url')}`
      },
    ],
    [
      'a key set of its own in the header',
      () => token(claims(), { alg: 'RS256', jwk: jwk(other.publicKey), jku: issuer.uri() }, other.privateKey),
    ],
    ['a scope behind it', () => `${token(claims())}:admin`],
  ]
  test.each(cases)('%s', async (_name, make) => {
    const answer = await a.ask('1', make())
    expect([answer.status, answer.text]).toEqual([
      401,
      '{"error":{"code":"unauthorized","message":"Access token required"}}',
    ])
  })
})

test('which roles a token gets, and why not the others, can be explained', async () => {
  const body = { secret: token(claims({ admin: 1 })), query: 'Thing.create({})' }
  const { login, answer } = (await (await a.call('POST', '/explain/1', shop, body)).json()) as Json
  expect(login).toMatchObject({
    kind: 'jwt',
    roles: [
      { role: 'reader', held: true, because: 'the provider gives it to every token' },
      { role: 'boss', held: false, because: 'its predicate does not hold: it is false' },
    ],
  })
  expect(answer.body.error.code).toBe('permission_denied')
})

test('a token whose roles all say no is nobody', async () => {
  await a.data(
    'AccessProvider.byName("idp")!.update({ roles: [{ role: "boss", predicate: "jwt => jwt!.admin == true" }] })',
    bank,
  )
  expect(await a.status('1', token(claims({ aud: audience.bank })))).toBe(401)
  expect(await a.status('1', token(claims({ aud: audience.bank, admin: true })))).toBe(200)
})

test('a provider that is deleted is not trusted any more', async () => {
  const jwt = token(claims({ aud: audience.bank, iss: 'https://second/' }))
  expect(await a.status('1', jwt)).toBe(200)
  await a.data('AccessProvider.byName("second")!.delete()', bank)
  expect(await a.status('1', jwt)).toBe(401)
})
