import { format, inspect } from 'node:util'
import { expect, test } from 'vitest'
import { parseAuthorization } from '#src/access/secrets/authorization.ts'
import { decodeSecret } from '#src/access/secrets/codec.ts'
import { mintTokenSecret } from '#src/access/secrets/mint.ts'
import { Secret } from '#src/access/secrets/secret.ts'

const text = mintTokenSecret(1n, 2n).secret.reveal()
const secret = new Secret(text)

test.each<[string, () => string]>([
  ['a template', () => `${secret}`],
  ['String()', () => String(secret)],
  ['concatenation', () => `${secret as unknown as string}!`],
  ['JSON', () => JSON.stringify({ secret })],
  ['the inspector', () => inspect({ secret }, { showHidden: true, depth: 10 })],
  ['format', () => format('%s %o %j', secret, secret, secret)],
  ['an error', () => String(new Error('no', { cause: secret }).cause)],
  ['its own keys', () => JSON.stringify(Object.getOwnPropertyNames(secret))],
  [
    'a presented header',
    () => inspect(parseAuthorization(`Bearer ${text}`), { showHidden: true, depth: 10 }),
  ],
  [
    'a presented JWT',
    () => inspect(parseAuthorization(`Bearer ey.${text}`), { showHidden: true, depth: 10 }),
  ],
])('%s does not show the secret', (_, print) => {
  expect(print()).not.toContain(text)
})

test('a decoded secret does not carry the random part', () => {
  const random = Buffer.from(text, 'base64url').subarray(18)
  const decoded = decodeSecret(text)!
  expect(Buffer.from(decoded.hash).includes(random)).toBe(false)
  expect(Object.keys(decoded).sort()).toEqual(['globalId', 'hash', 'id', 'kind'])
})

test('whoever asks by name gets it', () => expect(secret.reveal()).toBe(text))
