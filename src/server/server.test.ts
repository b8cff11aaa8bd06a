import { once } from 'node:events'
import { connect as connectHttp2 } from 'node:http2'
import { connect, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { OpenStream, QueryRequest } from '#src/engine/service.ts'
import { ok, startFake } from './fake-service.ts'
import type { RunningServer } from './server.ts'

let server: RunningServer
let seen: QueryRequest[] = []

beforeAll(async () => {
  server = await startFake({
    query: (request) => {
      seen.push(request)
      if (request.query === 'throw') throw new Error('secret detail')
      if (request.query === 'reject') return Promise.reject(new Error('secret detail'))
      return request.query === 'late' ? sleep(20).then(() => ok('late')) : ok(request.query)
    },
    stream: () => ok('no stream'),
  })
})

afterAll(() => server.stop(100))

const post = (
  path: string,
  body?: RequestInit['body'],
  headers: Record<string, string> = {},
): Promise<Response> =>
  fetch(server.url + path, {
    method: 'POST',
    headers,
    ...(body === undefined ? {} : { body, duplex: 'half' }),
  })

const requestError = (message: string) => ({ error: { code: 'invalid_request', message } })

/** Sends bytes as they are and answers all that comes back until the server closes. */
async function raw(...pieces: (string | Buffer)[]): Promise<string> {
  const socket = await open()
  const chunks: Buffer[] = []
  socket.on('data', (chunk) => chunks.push(chunk))
  const closed = once(socket, 'close')
  for (const piece of pieces) {
    socket.write(piece)
    await sleep(1)
  }
  await closed
  return Buffer.concat(chunks).toString()
}

async function open(): Promise<Socket> {
  const socket = connect(server.port, '127.0.0.1')
  socket.on('error', () => {})
  await once(socket, 'connect')
  return socket
}

const request = (body: string, extra = ''): string =>
  `POST /query/1 HTTP/1.1\r\nhost: x\r\n${extra}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`

describe('/query/1', () => {
  it('hands the request on', async () => {
    seen = []
    const reply = await post('/query/1', '{"query":"1 + 1","arguments":{"a":1.0}}', {
      authorization: 'Bearer s3',
      'x-format': 'tagged',
      'x-typecheck': 'false',
      'x-query-timeout-ms': '7',
      'x-last-txn-ts': '12',
      'x-query-tags': 'a=b',
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    })
    expect(reply.status).toBe(200)
    expect(await reply.json()).toEqual({ data: '1 + 1' })
    expect(reply.headers.get('content-type')).toBe('application/json;charset=utf-8')
    expect(reply.headers.get('traceparent')).toMatch(/^00-0af7651916cd43dd8448eb211c80319c-[0-9a-f]{16}-00$/)
    expect(reply.headers.get('x-faunadb-build')).toBe('test')
    expect(seen[0]).toMatchObject({
      authorization: 'Bearer s3',
      query: '1 + 1',
      format: 'tagged',
      typecheck: false,
      timeoutMs: 7,
      maxContentionRetries: 4,
      lastTxnTs: 12,
      tags: 'a=b',
      linearized: false,
      trace: false,
    })
    expect(seen[0]?.arguments?.keys).toEqual(['a'])
  })

  it.each([
    [undefined, 'No request body provided'],
    ['', 'No request body provided'],
    ['{"query":', 'Invalid request body'],
    ['{"query":"1"} x', 'Invalid request body'],
    ['{"arguments":{}}', 'Invalid request body'],
    ['{"query":"1","typecheck":true}', 'Invalid request body'],
    ['"{}"', 'Invalid request body: Unexpected JSON String.'],
    ['[]', 'Invalid request body: Unexpected JSON Array Start.'],
    ['[{', 'Invalid request body: Unexpected JSON Array Start.'],
    ['null', 'Invalid request body: Unexpected JSON Null.'],
    ['{"query":1}', 'Invalid request body: Unexpected JSON Integer. Expected query template.'],
    ['{"query":"1","arguments":[]}', 'Invalid request body: Unexpected JSON Array Start.'],
  ])('refuses the body %j', async (body, message) => {
    const reply = await post('/query/1', body)
    expect(reply.status).toBe(400)
    expect(await reply.json()).toEqual(requestError(message))
  })

  it.each([
    [
      'deep arguments',
      `{"query":"1","arguments":{"a":${'['.repeat(100_000)}`,
      ': JSON exceeds nesting limit',
    ],
    ['a deep template', `{"query":${'{"fql":['.repeat(100_000)}`, ': JSON exceeds nesting limit'],
    ['invalid UTF-8', Buffer.from('{"query":"\xff"}', 'latin1'), ''],
  ])('refuses %s', async (_name, body, reason) => {
    const reply = await post('/query/1', body)
    expect(await reply.json()).toEqual(requestError(`Invalid request body${reason}`))
  })

  it('refuses a bad header before a bad body', async () => {
    const reply = await post('/query/1', '{', { 'x-format': 'x' })
    expect(await reply.json()).toEqual(requestError("Invalid header 'x-format': Invalid format x"))
  })

  it('takes a body in chunks and a body of 8 MiB', async () => {
    const text = 'x'.repeat(8 * 1024 * 1024 - '{"query":""}'.length)
    const chunks = new Blob([`{"query":"`, text, '"}']).stream()
    expect((await post('/query/1', chunks)).status).toBe(200)
  })

  it.each([
    ['with its length', (text: string) => text],
    ['in chunks', (text: string) => new Blob([text]).stream()],
  ])('refuses a larger body %s', async (_how, body) => {
    const reply = await post('/query/1', body(' '.repeat(8 * 1024 * 1024 + 1)))
    expect(reply.status).toBe(413)
    expect(await reply.json()).toEqual({
      error: { code: 'request_size_exceeded', message: 'Request entity is too large' },
    })
  })

  it.each(['throw', 'reject'])('answers 500 without details when the engine fails (%s)', async (query) => {
    const reply = await post('/query/1', JSON.stringify({ query }))
    expect(reply.status).toBe(500)
    const text = await reply.text()
    expect(text).toContain('"code":"internal_error"')
    expect(text).not.toContain('secret detail')
  })

  it('does not look at the method', async () => {
    const reply = await fetch(`${server.url}/query/1`)
    expect(await reply.json()).toEqual(requestError('No request body provided'))
  })
})

describe('the connection', () => {
  it('keeps alive and answers pipelined requests in order', async () => {
    const text = await raw(
      request('{"query":"late"}') + request('{"query":"second"}'),
      request('{"query":"third"}', 'connection: close\r\n'),
    )
    expect([...text.matchAll(/"data":"(\w+)"/g)].map((m) => m[1])).toEqual(['late', 'second', 'third'])
  })

  it('takes a request byte by byte', async () => {
    const bytes = [...request('{"query":"slow"}', 'connection: close\r\n')]
    expect(await raw(...bytes)).toContain('"data":"slow"')
  })

  it.each([
    ['garbage', 'hello\r\n\r\n'],
    ['binary garbage', Buffer.from([0x16, 3, 1, 0, 0xff, 0, 0])],
    ['a header that is too large', `GET / HTTP/1.1\r\nhost: x\r\na: ${'b'.repeat(20_000)}\r\n\r\n`],
    [
      'smuggling',
      'POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
    ],
  ])('answers 400 to %s and closes', async (_name, bytes) => {
    const text = await raw(bytes)
    expect(text).toMatch(/^HTTP\/1.1 400 /)
    expect(text).toContain('{"error":"bad request"}')
  })

  it('survives clients that leave at any point', async () => {
    const whole = request('{"query":"late"}')
    for (let n = 0; n <= whole.length; n += 7) {
      const socket = await open()
      socket.write(whole.slice(0, n))
      setTimeout(() => socket.resetAndDestroy(), n % 3)
    }
    await sleep(50)
    expect((await post('/query/1', '{"query":"1"}')).status).toBe(200)
  })

  it('speaks HTTP/2, also when the preface comes in pieces', async () => {
    const client = connectHttp2(server.url)
    const stream = client.request({ ':method': 'POST', ':path': '/query/1', 'x-format': 'simple' })
    stream.end('{"query":"two"}')
    const chunks: Buffer[] = []
    stream.on('data', (chunk) => chunks.push(chunk))
    const [headers] = await once(stream, 'response')
    await once(stream, 'end')
    expect(headers[':status']).toBe(200)
    expect(Buffer.concat(chunks).toString()).toBe('{"data":"two"}')
    client.close()

    const socket = await open()
    for (const byte of 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n') socket.write(byte)
    socket.write(Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]))
    const [frame] = (await once(socket, 'data')) as [Buffer]
    expect(frame[3]).toBe(4) // a SETTINGS frame
    socket.destroy()
  })

  it('survives HTTP/2 garbage after the preface', async () => {
    await raw('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', Buffer.alloc(64, 0xff))
    expect((await post('/query/1', '{"query":"1"}')).status).toBe(200)
  })
})

describe('browsers', () => {
  const origin = 'http://shop.example'

  it('may ask from anywhere', async () => {
    const preflight = await fetch(`${server.url}/anything`, { method: 'OPTIONS', headers: { origin } })
    expect(preflight.status).toBe(200)
    expect(await preflight.text()).toBe('')
    expect(preflight.headers.get('access-control-allow-origin')).toBe(origin)
    expect(preflight.headers.get('access-control-allow-methods')).toBe('GET, POST, PUT, PATCH, DELETE')
    expect(preflight.headers.get('access-control-max-age')).toBe('86400')
    const reply = await post('/query/1', '{"query":"1"}', { origin })
    expect(reply.headers.get('access-control-allow-origin')).toBe(origin)
    expect(reply.headers.get('access-control-expose-headers')).toBe('x-faunadb-build')
    expect(reply.headers.get('access-control-allow-methods')).toBeNull()
  })

  it('are told nothing when they are none', async () => {
    const reply = await post('/query/1', '{"query":"1"}')
    expect(reply.headers.get('access-control-allow-origin')).toBeNull()
    const options = await fetch(`${server.url}/nowhere`, { method: 'OPTIONS' })
    expect(options.status).toBe(404)
  })
})

describe('other endpoints', () => {
  it.each([
    ['GET', '/ping', 200, { resource: 'Scope write is OK' }],
    ['GET', '/ping?scope=read', 200, { resource: 'Scope read is OK' }],
    ['GET', '/ping?scope=x', 200, { resource: 'Scope node is OK' }],
    ['GET', '/nowhere', 404, { errors: [{ code: 'not found', description: 'Not Found' }] }],
    ['GET', '/query/2', 404, { errors: [{ code: 'not found', description: 'Not Found' }] }],
    ['GET', '/query/1/', 404, { errors: [{ code: 'not found', description: 'Not Found' }] }],
    [
      'GET',
      '/schema/1/files/a%2Fb.fsl?staged=true',
      200,
      { data: { kind: 'file', name: 'a/b.fsl', staged: true } },
    ],
    ['GET', '/schema/1/nothing', 404, { error: { message: 'Not found' } }],
    ['GET', '/schema/1/update', 405, { error: { message: 'Method not allowed' } }],
    ['GET', '/schema/1/files/%zz', 400, { error: { message: 'Invalid request' } }],
    ['POST', '/schema/1/commit', 200, { data: { kind: 'commit' } }],
    [
      'DELETE',
      '/schema/1/items/roles/r',
      200,
      { data: { kind: 'item-delete', item: 'roles', name: 'r', validate: false, color: false } },
    ],
    ['GET', '/schema/1/items/teapots/r', 404, { error: { message: 'Not found' } }],
  ])('%s %s', async (method, path, status, body) => {
    const reply = await fetch(server.url + path, { method })
    expect(reply.status).toBe(status)
    expect(await reply.json()).toEqual(body)
  })

  it('HEAD /ping has no body', async () => {
    const reply = await fetch(`${server.url}/ping`, { method: 'HEAD' })
    expect(reply.status).toBe(200)
    expect(await reply.text()).toBe('')
  })

  it('POST /authorized is not allowed', async () => {
    const reply = await post('/authorized', 'x')
    expect(reply.status).toBe(405)
    expect(reply.headers.get('allow')).toBe('GET')
  })

  it.each([
    ['{}', 'Invalid request body: Value for key token not found.'],
    ['{"token":"t","start_ts":"1"}', "Invalid request body: Unexpected string value '1'."],
    [
      '{"token":"t","start_ts":1,"cursor":"c"}',
      'Invalid request body: can not provide both `start_ts` and `cursor`',
    ],
  ])('/stream/1 and /feed/1 refuse %s', async (body, message) => {
    expect(await (await post('/stream/1', body)).json()).toEqual(requestError(message))
    const stop = message.endsWith('`') ? '.' : ''
    expect(await (await post('/feed/1', body)).json()).toEqual(requestError(message + stop))
  })

  it.each([
    ['{"token":"t","page_size":0}', 'page size must be greater than zero.'],
    ['{"token":"t","page_size":16001}', 'page size can not be greater than 16000.'],
  ])('/feed/1 refuses %s', async (body, reason) => {
    expect(await (await post('/feed/1', body)).json()).toEqual(
      requestError(`Invalid request body: ${reason}`),
    )
  })

  it('/feed/1 hands the request on', async () => {
    const reply = await post('/feed/1', '{"token":"t","cursor":"c","more":1}', { 'x-query-timeout-ms': '9' })
    expect(await reply.json()).toEqual({
      data: {
        address: '127.0.0.1',
        token: 't',
        cursor: 'c',
        pageSize: 16,
        timeoutMs: 9,
        lastTxnTs: 0,
        maxContentionRetries: 4,
      },
    })
  })
})

describe('/schema/1/update', () => {
  const push = async (...names: string[]): Promise<unknown> => {
    const form = new FormData()
    for (const name of names) form.append(name, new Blob([`// ${name}`]), 'blob')
    return (await post('/schema/1/update?staged=true', form)).json()
  }

  it('reads the files', async () => {
    const files = ['main.fsl', 'sub/ä.fsl'].map((name) => ({ name, content: `// ${name}` }))
    expect(await push('main.fsl', 'sub/ä.fsl')).toEqual({
      data: { kind: 'update', files, staged: true, override: true },
    })
  })

  it.each([['x.txt'], ['*x.fsl']])('refuses the name %s', async (name) => {
    expect(await push(name)).toEqual({ error: { message: `Invalid filename \`${name}\`` } })
  })

  it('keeps a place for main.fsl', async () => {
    const names = Array.from({ length: 1024 }, (_, i) => `f${i}.fsl`)
    expect(await push(...names)).toEqual({ error: { message: 'Too many files' } })
  })

  it.each([
    ['multipart/form-data', 'Request is not a valid multipart request'],
    ['multipart/form-data; boundary=zzz', 'Invalid request'],
  ])('refuses a body that is not %s', async (type, message) => {
    const reply = await post('/schema/1/update', 'nonsense', { 'content-type': type })
    expect(await reply.json()).toEqual({ error: { message } })
  })
})

describe('/stream/1', () => {
  it('writes one event a line and tells the engine when the client goes', async () => {
    const ended = Promise.withResolvers<void>()
    const events = endless(() => ended.resolve())
    const own = await startFake({ stream: () => ({ id: '42', events }) })
    const abort = new AbortController()
    const reply = await fetch(`${own.url}/stream/1`, {
      method: 'POST',
      body: '{"token":"t"}',
      signal: abort.signal,
    })
    expect(reply.headers.get('x-fauna-stream-id')).toBe('42')
    const reader = reply.body!.getReader()
    const first = await reader.read()
    expect(Buffer.from(first.value!).toString()).toMatch(/^\{"n":0\}\r\n/)
    abort.abort()
    await ended.promise
    await own.stop(100)
  })

  it('ends in good order when the server stops, which waits for requests at work', async () => {
    const own = await startFake({
      stream: () => ({ id: '1', events: endless() }),
      query: () => sleep(100).then(() => ok('done')),
    })
    const stream = await fetch(`${own.url}/stream/1`, { method: 'POST', body: '{"token":"t"}' })
    const text = stream.text()
    const query = fetch(`${own.url}/query/1`, { method: 'POST', body: '{"query":"1"}' })
    await sleep(30)
    await own.stop(5000)
    expect(await (await query).json()).toEqual({ data: 'done' })
    expect((await text).endsWith('}\r\n')).toBe(true)
    await expect(fetch(`${own.url}/ping`)).rejects.toThrow()
  })
})

it('a reply that cannot be written ends its connection, and nothing else', async () => {
  const own = await startFake({
    query: ({ query }) => (query === 'bad' ? { status: 200, body: '', headers: { x: '\n' } } : ok(query)),
  })
  const ask = (text: string): Promise<Response> =>
    fetch(`${own.url}/query/1`, { method: 'POST', body: JSON.stringify({ query: text }) })
  await expect(ask('bad')).rejects.toThrow()
  expect(await (await ask('good')).json()).toEqual({ data: 'good' })
  await own.stop()
})

/** An event every few milliseconds until `return` is called. */
function endless(onReturn = (): void => {}): OpenStream['events'] {
  let n = 0
  let open = true
  return {
    next: async () => {
      if (n > 0) await sleep(5)
      return open ? { value: `{"n":${n++}}`, done: false } : { value: undefined, done: true }
    },
    return: async () => {
      open = false
      onReturn()
      return { value: undefined, done: true }
    },
  }
}
