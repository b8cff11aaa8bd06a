/** Requests and replies of `/query/1` (spec/protocol.md §3–6). */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startDatabase, type TestDatabase } from './database.ts'

let db: TestDatabase

beforeAll(async () => {
  db = await startDatabase()
  await db.must('Collection.create({ name: "Pond" }); Role.create({ name: "reader" }); 1')
})
afterAll(() => db.stop())

const tagged = { 'x-format': 'tagged' }

describe('references to schema documents', () => {
  const reference = (collection: string, name: string) => ({ '@ref': { coll: { '@mod': collection }, name } })

  it.each([
    ['Collection', 'Pond'],
    ['Role', 'reader'],
  ])('%s %s', async (collection, name) => {
    const { body } = await db.ask('x.name', { headers: tagged, args: { x: reference(collection, name) } })
    expect(body.data).toBe(name)
  })

  it('must exist as arguments', async () => {
    const { status, body } = await db.ask('x', { headers: tagged, args: { x: reference('Role', 'nobody') } })
    expect([status, body]).toEqual([
      400,
      { error: { code: 'invalid_request', message: "Invalid argument 'x': no such schema object 'nobody'" } },
    ])
  })

  it('must exist as template values, which show where', async () => {
    const query = { fql: ['[', { array: [{ value: reference('Role', 'nobody') }] }, ']'] }
    const { body } = await db.ask(query)
    expect(body.error.code).toBe('invalid_query')
    expect(body.summary).toBe(
      "error: no such schema object 'nobody'\nat *query*:1:2\n  |\n1 | [<value>]\n  |  ^^^^^^^\n  |",
    )
  })

  it('of old form say it differently', async () => {
    const { body } = await db.ask('x', { headers: tagged, args: { x: { '@doc': 'Collection:none' } } })
    expect(body.error.message).toBe("Invalid argument 'x': no such schema definition document 'none'")
  })
})

describe('limits', () => {
  it('a transaction may not write too much', async () => {
    const query = 'Pond.create({ s: x }); Pond.create({ s: x }); Pond.create({ s: x })'
    const { status, body } = await db.ask(query, { args: { x: 'x'.repeat(6_000_000) } })
    expect(status).toBe(400)
    expect(body).toEqual({
      error: {
        code: 'invalid_request',
        message: expect.stringMatching(/^Transaction exceeded limit: got \d+ bytes, limit 16777216 bytes$/),
      },
    })
  })

  it.each([
    ['brackets', '['.repeat(100_000)],
    ['parentheses', `${'('.repeat(100_000)}1${')'.repeat(100_000)}`],
    ['operators', `${'!'.repeat(100_000)}true`],
    ['duplicate keys', `{${'a: 1,'.repeat(30_000)}}`],
    ['types', `let x: ${'('.repeat(100_000)}Int = 1; x`],
  ])('deep or repeated %s are refused with a summary of bounded size', async (_, query) => {
    const { status, body } = await db.ask(query)
    expect([status, body.error.code]).toEqual([400, 'invalid_query'])
    expect(body.summary.length).toBeLessThan(5_000_000)
  })

  it('long chains are read in a reasonable time', async () => {
    const { body } = await db.ask(`x${'.a'.repeat(50_000)}`)
    expect(body.error.message).toBe('The query failed 1 validation check')
  })

  it('recursion ends, and its trace is bounded', async () => {
    const query = `let s = "${'x'.repeat(100_000)}"; let g = (h, n) => h(h, n + 1); g(g, 0)`
    const { body } = await db.ask(query, { typecheck: false })
    expect(body.error.message).toBe('number of stack frames exceeded limit of 2048')
    expect(body.summary.length).toBeLessThan(5_000_000)
  })
})

describe('time', () => {
  it.each(['20', '1'])('is up after %s ms', async (ms) => {
    const query = 'Set.sequence(0, 500000).forEach(x => x)'
    const { status, body } = await db.ask(query, { headers: { 'x-query-timeout-ms': ms } })
    expect(status).toBe(440)
    expect(body.error).toEqual({
      code: 'time_out',
      message: `Client set aggressive deadline: query needs 1000, timed out within ${ms}`,
    })
  })

  it('of a client that has seen the future', async () => {
    const headers = { 'x-last-txn-ts': String(Number.MAX_SAFE_INTEGER) }
    const { status, body } = await db.ask('1', { headers })
    expect([status, body.error.code]).toEqual([440, 'time_out'])
  })
})

it('a lone surrogate becomes a question mark everywhere', async () => {
  const { body } = await db.ask('log("\ud800"); "\ud800"')
  expect([body.data, body.static_type, body.summary]).toEqual(['?', '"?"', 'info at *query*:1: ?'])
})

it('names of objects mean nothing to the server', async () => {
  const args = JSON.parse('{"x":{"__proto__":{"a":1},"constructor":2},"__proto__":3,"constructor":4}')
  const { body } = await db.ask('[x.__proto__.a, x.constructor, __proto__, constructor, {}.toString]', {
    args,
    typecheck: false,
  })
  expect(body.data).toEqual([1, 2, 3, 4, null])
})

describe('the argument of abort', () => {
  beforeAll(async () => {
    await db.must('Pond.create({ id: 7, n: 1 })')
    await db.must(`Function.create({ name: "peek", role: "admin", body: '() => { abort(Pond.byId(7)) }' })
      Role.create({ name: "peeker", privileges: { resource: "peek", actions: { call: true } } })
      1`)
  })

  it.each([
    ['abort(Pond.byId(7)!.n)', 1],
    ['abort([Pond.byId(8), Pond.all() { n }])', [null, { data: [{ n: 1 }] }]],
    ['abort({ f: x => x, m: Math })', { f: '[function <lambda>]', m: 'Math' }],
    ['abort(null)', null],
  ])('%s', async (query, abort) => {
    const { status, body } = await db.ask(query)
    expect([status, body.error]).toEqual([400, { code: 'abort', message: 'Query aborted.', abort }])
  })

  it('is read with the rights of the function', async () => {
    const secret = db.secret.replace(/admin$/, '@role/peeker')
    const { body } = await db.ask('peek()', { secret })
    expect(body.error.abort).toMatchObject({ id: '7', n: 1 })
  })

  it('may fail itself', async () => {
    const { body } = await db.ask('abort([1].toSet().map(x => x / 0))')
    expect(body.error).toEqual({ code: 'divide_by_zero', message: 'Attempted integer division by zero.' })
  })
})

describe('without authentication', () => {
  it('tags are echoed', async () => {
    const { status, body } = await db.ask('1', { secret: 'nonsense', headers: { 'x-query-tags': 'a=b' } })
    expect([status, body]).toEqual([
      401,
      { error: { code: 'unauthorized', message: 'Access token required' }, query_tags: 'a=b' },
    ])
  })

  it('/authorized answers as it did of old', async () => {
    const response = await fetch(`${db.url}/authorized`)
    expect([response.status, response.headers.get('www-authenticate'), await response.json()]).toEqual([
      401,
      'Basic realm="Unauthorized"',
      { errors: [{ code: 'unauthorized', description: 'Unauthorized' }] },
    ])
  })
})
