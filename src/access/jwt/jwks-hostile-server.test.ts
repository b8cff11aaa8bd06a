import { randomBytes } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { JwkSet } from '#src/access/jwt/jwks.ts'
import { JwksCache } from '#src/access/jwt/jwks-cache.ts'
import { type DownloadOptions, jwksDownloader } from '#src/access/jwt/jwks-download.ts'
import { readJwt } from '#src/access/jwt/read.ts'
import { claims, jwk, keySet, makeToken, NOW, rsa } from '#src/access/jwt/testing/issuer.ts'
import { startJwksServer } from '#src/access/jwt/testing/jwks-server.ts'
import { verifyJwt } from '#src/access/jwt/verify.ts'
import { Secret } from '#src/access/secrets/secret.ts'

const server = await startJwksServer()
afterAll(() => server.close())
beforeEach(() => {
  server.requests.length = 0
  server.answer = (_, response) => response.end(keys)
})

const keys = keySet(jwk(rsa.publicKey, { kid: 'a' }))
const jwt = readJwt(new Secret(makeToken({ alg: 'RS256', kid: 'a' }, claims(), rsa.privateKey)), NOW)!
const fetcher = (options: DownloadOptions = {}) =>
  jwksDownloader({ ca: server.ca, reach: 'developer', timeoutMs: 2000, ...options })

async function outcome(options: DownloadOptions = {}, etag?: string): Promise<string> {
  try {
    return (await fetcher(options)(server.uri(), etag)).kind
  } catch (error) {
    return (error as { failure: string }).failure
  }
}

test('a decent server', async () => {
  expect(await verifyJwt(jwt, server.uri(), new JwksCache({ fetch: fetcher() }))).toBe(true)
})

describe('slow', () => {
  test('never answers', async () => {
    server.answer = () => {}
    const start = performance.now()
    expect(await outcome({ timeoutMs: 100 })).toBe('timeout')
    expect(performance.now() - start).toBeLessThan(1000)
  })

  test('drips', async () => {
    server.answer = (_, response) => {
      response.writeHead(200)
      const timer = setInterval(() => response.write(' '), 5)
      response.on('close', () => clearInterval(timer))
    }
    expect(await outcome({ timeoutMs: 150 })).toBe('timeout')
    await wait(30)
    expect(server.requests[0]!.socket.destroyed).toBe(true)
  })

  test('a name server that never answers', async () => {
    expect(await outcome({ timeoutMs: 50, resolve: () => new Promise(() => {}) })).toBe('timeout')
  })

  test('a login does not wait for ever, and the keys that come late serve the next one', async () => {
    server.answer = (_, response) => void setTimeout(() => response.end(keys), 150)
    const cache = new JwksCache({ fetch: fetcher() })
    expect(await verifyJwt(jwt, server.uri(), cache, 30)).toBe(false)
    expect(await verifyJwt(jwt, server.uri(), cache, 2000)).toBe(true)
    expect(server.requests).toHaveLength(1)
  })

  test('so many at once and no more', async () => {
    server.answer = (_, response) => void setTimeout(() => response.end(keys), 50)
    const fetch = fetcher({ maxDownloads: 2 })
    const one = () =>
      fetch(server.uri(), undefined)
        .then((a) => a.kind)
        .catch((e) => e.failure)
    expect(await Promise.all([one(), one(), one()])).toEqual(['loaded', 'loaded', 'busy'])
    expect(await one()).toBe('loaded')
  })
})

describe('huge', () => {
  test('announced', async () => {
    server.answer = (_, response) => response.writeHead(200, { 'content-length': 5000 }).write('{')
    expect(await outcome({ maxBytes: 4096 })).toBe('too-large')
  })

  test('unannounced', async () => {
    let sent = 0
    server.answer = (_, response) => {
      const more = () => {
        for (let go = true; go && sent < 64 * 1024 * 1024; ) {
          sent += 65536
          go = response.write(Buffer.alloc(65536, 32))
        }
      }
      response.on('drain', more)
      more()
    }
    expect(await outcome({ maxBytes: 100_000 })).toBe('too-large')
    expect(sent).toBeLessThan(16 * 1024 * 1024)
  })

  test('just as large as allowed', async () => {
    server.answer = (_, response) => response.end(`{"keys":[]}${' '.repeat(4096 - 11)}`)
    expect(await outcome({ maxBytes: 4096 })).toBe('loaded')
    expect(await outcome({ maxBytes: 4095 })).toBe('too-large')
  })

  test('compressed', async () => {
    server.answer = (_, response) =>
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(Buffer.alloc(10_000_000)))
    expect(await outcome()).toBe('encoding')
    expect(server.requests[0]!.headers['accept-encoding']).toBeUndefined()
  })

  test('headers', async () => {
    server.answer = (_, response) => response.writeHead(200, { 'x-a': 'a'.repeat(100_000) }).end(keys)
    expect(await outcome()).toBe('network')
  })
})

describe('wrong answers', () => {
  test.each([201, 204, 206, 304, 400, 404, 500, 503])('status %i', async (status) => {
    server.answer = (_, response) =>
      response.writeHead(status).end(status === 204 || status === 304 ? undefined : keys)
    expect(await outcome()).toBe('status')
  })

  test('cut off', async () => {
    server.answer = (_, response) => {
      response.writeHead(200, { 'content-length': 1000 }).write('{"keys":')
      setTimeout(() => response.destroy(), 10)
    }
    expect(await outcome()).toBe('network')
  })

  test('no HTTP at all', async () => {
    server.answer = (request) => request.socket.end(randomBytes(100))
    expect(await outcome()).toBe('network')
  })

  test.each([
    '',
    'x',
    '[]',
    'null',
    '5',
    '{}',
    '{"keys":{}}',
    '{"keys":null}',
    '{"__proto__":{"keys":[]}}',
    '['.repeat(100_000),
    `{"keys":${'['.repeat(200_000)}`,
  ])('body %#', (text) => expect(() => JwkSet.parse(text)).toThrow('no key set: malformed'))

  test.each([
    '{"keys":[null,5,"x",[],{},{"kty":"RSA"},{"kty":["RSA"]},{"kty":"EC","crv":"P-521"}]}',
    `{"keys":[${'{"kty":"RSA","kid":"x"},'.repeat(20_000)}{}]}`,
    `{"keys":[${'['.repeat(50_000)}${']'.repeat(50_000)}]}`,
  ])('odd keys are not found (%#)', (text) => {
    const set = JwkSet.parse(text)
    expect(set.find({ id: 'a', kind: 'RSA' })).toBeUndefined()
    expect(set.find({ id: undefined, kind: 'RSA' })).toBeUndefined()
  })
})

describe('ETag', () => {
  test('is kept and sent back', async () => {
    server.answer = (request, response) =>
      request.headers['if-none-match'] === '"v1"'
        ? response.writeHead(304).end()
        : response.writeHead(200, { etag: '"v1"' }).end(keys)
    expect(await fetcher()(server.uri(), undefined)).toEqual({ kind: 'loaded', text: keys, etag: '"v1"' })
    expect(await fetcher()(server.uri(), '"v1"')).toEqual({ kind: 'unmodified' })
  })

  test.each([`"${'x'.repeat(2000)}"`, 'unquoted', '"\u00e9"', '"a"b"'])(
    'an odd one is forgotten (%#)',
    async (etag) => {
      server.answer = (_, response) => response.writeHead(200, { etag }).end(keys)
      expect(await fetcher()(server.uri(), undefined)).toMatchObject({ kind: 'loaded', etag: undefined })
    },
  )
})
