import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { type DownloadOptions, jwksDownloader } from '#src/access/jwt/jwks-download.ts'
import { isJwksUri, type Resolver } from '#src/access/jwt/jwks-target.ts'
import { startJwksServer } from '#src/access/jwt/testing/jwks-server.ts'

const server = await startJwksServer()
const plain = await startJwksServer('http')
afterAll(async () => {
  await server.close()
  await plain.close()
})
beforeEach(() => {
  for (const s of [server, plain]) {
    s.requests.length = 0
    s.answer = (_, response) => response.end('{"keys":[]}')
  }
})

const resolvesTo =
  (...addresses: string[]): Resolver =>
  async () =>
    addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))

/** The outcome of one download: the kind of answer or the failure. */
async function outcome(uri: string, options: DownloadOptions = {}, etag?: string): Promise<string> {
  try {
    return (await jwksDownloader({ ca: server.ca, timeoutMs: 2000, ...options })(uri, etag)).kind
  } catch (error) {
    return (error as { failure: string }).failure
  }
}

describe('addresses of the own network', () => {
  test.each([
    'https://127.0.0.1:PORT/',
    'https://127.1:PORT/',
    'https://2130706433:PORT/',
    'https://0x7f000001:PORT/',
    'https://0177.0.0.1:PORT/',
    'https://[::1]:PORT/',
    'https://[::ffff:127.0.0.1]:PORT/',
    'https://[::ffff:7f00:1]:PORT/',
    'https://[64:ff9b::7f00:1]:PORT/',
    'https://0.0.0.0:PORT/',
    'https://[::]:PORT/',
    'https://10.0.0.1/',
    'https://192.168.0.1/',
    'https://172.16.0.1/',
    'https://169.254.169.254/latest/meta-data/',
    'https://[fd00:ec2::254]/latest/meta-data/',
    'https://[fe80::1]/',
    'https://user@127.0.0.1:PORT/',
    'https://①②⑦.⓪.⓪.①:PORT/',
  ])('%s', async (uri) => {
    expect(await outcome(uri.replace('PORT', String(server.port)))).toBe('address')
    expect(server.requests).toHaveLength(0)
  })

  test.each([
    ['127.0.0.1'],
    ['10.1.2.3'],
    ['::1'],
    ['fe80::1%eth0'],
    ['8.8.8.8', '127.0.0.1'],
    ['2606:4700::1', 'fd00::1'],
  ])('a name that points to %s', async (...addresses) => {
    expect(await outcome(server.uri(), { resolve: resolvesTo(...addresses) })).toBe('address')
    expect(server.requests).toHaveLength(0)
  })

  test('a name that points nowhere', async () => {
    expect(await outcome(server.uri(), { resolve: resolvesTo() })).toBe('name')
    expect(await outcome(server.uri(), { resolve: () => Promise.reject(new Error('ENOTFOUND')) })).toBe(
      'name',
    )
  })
})

describe('rebinding', () => {
  test('a name is looked up once, and the connection goes to the address that was checked', async () => {
    let lookups = 0
    // The second answer would be unreachable.
    const resolve: Resolver = async () => [
      { address: lookups++ === 0 ? '127.0.0.1' : '192.0.2.1', family: 4 },
    ]
    const uri = `https://localhost:${server.port}/`
    expect(await outcome(uri, { resolve, reach: 'developer' })).toBe('loaded')
    expect(lookups).toBe(1)
  })

  test('a public answer first and a private one later', async () => {
    const answers = [['8.8.8.8'], ['127.0.0.1']]
    const resolve: Resolver = async () => resolvesTo(...(answers.shift() ?? []))('')
    const download = () => outcome(server.uri(), { resolve, timeoutMs: 150 })
    // Nothing of ours listens at the public one; what counts is that the second look-up does not slip through.
    expect(['timeout', 'network']).toContain(await download())
    expect(await download()).toBe('address')
    expect(server.requests).toHaveLength(0)
  })
})

describe('redirects', () => {
  test.each([301, 302, 303, 307, 308, 300])('%i is not followed', async (status) => {
    server.answer = (_, response) => response.writeHead(status, { location: plain.uri('/internal') }).end()
    expect(await outcome(server.uri(), { reach: 'developer' })).toBe('status')
    expect(server.requests).toHaveLength(1)
    expect(plain.requests).toHaveLength(0)
  })
})

describe('what is sent', () => {
  test('path only: no query, no fragment, no user name', async () => {
    const uri = server.uri('/a/b%20c?token=1#x').replace('https://', 'https://me:pass@')
    expect(await outcome(uri, { reach: 'developer' })).toBe('loaded')
    const request = server.requests[0]!
    expect(request.url).toBe('/a/b%20c')
    expect(request.method).toBe('GET')
    expect(request.headers.authorization).toBeUndefined()
    expect(request.headers.accept).toBe('application/json')
    expect(request.headers.host).toBe(`localhost:${server.port}`)
  })

  test('no line break gets through', async () => {
    expect(await outcome(server.uri('/a\r\nx-evil: 1\r\n\r\n'), { reach: 'developer' })).toBe('loaded')
    expect(server.requests[0]!.headers['x-evil']).toBeUndefined()
  })
})

describe('schemes', () => {
  test.each([
    'http://localhost/',
    'ftp://localhost/',
    'file:///etc/passwd',
    'data:,x',
    'javascript:1',
    'x',
    '',
    '//localhost',
    'https://',
  ])('%j', async (uri) => {
    expect(await outcome(uri)).toBe('scheme')
    expect(isJwksUri(uri)).toBe(false)
  })

  test('https in any letter case', () => {
    for (const uri of ['https://issuer.test/keys', 'HTTPS://issuer.test', 'hTTps://issuer.test:8443/x'])
      expect(isJwksUri(uri)).toBe(true)
  })

  test('http is for developers, and for the loopback', async () => {
    expect(await outcome(plain.uri())).toBe('scheme')
    expect(await outcome(plain.uri(), { reach: 'developer' })).toBe('loaded')
    expect(await outcome(`http://127.0.0.1:${plain.port}/`, { reach: 'developer' })).toBe('loaded')
    expect(await outcome(plain.uri(), { reach: 'developer', resolve: resolvesTo('10.0.0.1') })).toBe(
      'address',
    )
    expect(await outcome(plain.uri(), { reach: 'developer', resolve: resolvesTo('8.8.8.8') })).toBe('address')
  })
})

describe('TLS', () => {
  test('an unknown authority', async () => {
    expect(await outcome(server.uri(), { reach: 'developer', ca: plain.ca })).toBe('network')
    expect(server.requests).toHaveLength(0)
  })

  test('a certificate for another name', async () => {
    const uri = `https://issuer.test:${server.port}/`
    expect(await outcome(uri, { reach: 'developer', resolve: resolvesTo('127.0.0.1') })).toBe('network')
    expect(server.requests).toHaveLength(0)
  })
})
