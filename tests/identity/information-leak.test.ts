/** Answers tell of what may not be read. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startOwnServer } from '../conformance/own-server.ts'
import { Asking, type Json } from './asking.ts'

let a: Asking
let blind: string

beforeAll(async () => {
  a = new Asking(await startOwnServer())
  await a.push(`
    collection Note {
      text: Any
      open: Any
      unique [.text]
      index byOpen { terms [.open] }
      index ordered { values [.text] }
    }
    role some {
      privileges Note {
        read { predicate (n => n.open == true) }
        create
      }
    }
  `)
  await a.data(
    'Set.sequence(0, 20).forEach(i => Note.create({ id: 100 + i, text: "n" + (100 + i).toString(), open: i % 5 == 0 }))',
  )
  blind = await a.data('Key.create({ role: "some" }).secret')
})
afterAll(() => a.server.stop())

describe('existence', () => {
  test.each([
    'Note("ID").exists()',
    'Note("ID") == null',
    'Note("ID")!',
    'Note("ID").text',
    'Note("ID")["text"]',
    'Note("ID")?.text',
    'Note("ID") { text }',
    'Note("ID").update({})',
    'Note("ID")!.delete()',
    'Note("ID")',
    'Note.byId("ID") ?? 0',
    '[Note("ID")]',
    'Note.where(.id == "ID").count()',
  ])('a hidden document and a missing one look alike: %s', async (query) => {
    for (const format of ['simple', 'tagged', 'decorated']) {
      const [hidden, missing] = await Promise.all(
        ['101', '999'].map(async (id) => {
          const { text } = await a.ask(query.replace('ID', id), blind, { 'x-format': format })
          const { data, error, summary, stats } = JSON.parse(text)
          return JSON.stringify({ data, error, summary, ops: stats.read_ops }).replaceAll(id, 'ID')
        }),
      )
      expect(hidden).toBe(missing)
    }
  })
})

describe('sets', () => {
  test('counts, first and last elements, pages and cursors show readable documents only', async () => {
    expect(await a.data('Note.all().count()', blind)).toBe(4)
    expect(await a.data('Note.ordered().first()!.text', blind)).toBe('n100')
    expect(await a.data('Note.byOpen(false).count()', blind)).toBe(0)
    expect(await a.data('Note.byOpen(false).isEmpty()', blind)).toBe(true)
    const page = await a.data('Note.ordered().pageSize(2)', blind)
    expect(page.data.map((n: Json) => n.text)).toEqual(['n100', 'n105'])
    const rest = await a.data(`Set.paginate("${page.after}")`, blind)
    expect(rest.data.map((n: Json) => n.text)).toEqual(['n110', 'n115'])
  })
  test('a cursor made by an admin shows no more than its user may read', async () => {
    const after = await a.data('Note.ordered().pageSize(1).paginate().after')
    const seen = await a.data(`Set.paginate("${after}", 50).data.map(.text)`, blind)
    expect(seen).toEqual(['n105', 'n110', 'n115'])
    const client = await a.data('Key.create({ role: "client" }).secret')
    expect(await a.code(`Set.paginate("${after}")`, client)).toBe('permission_denied')
  })
  test('lambdas of the caller never get a hidden document', async () => {
    const query = 'Note.all().where(n => if (n.open == true) true else abort(n.text)).count()'
    expect(await a.data(query, blind)).toBe(4)
  })
  test('aggregates and ordering neither', async () => {
    expect(await a.data('Note.all().order(desc(.text)).first()!.text', blind)).toBe('n115')
    expect(await a.data('Note.all().fold("", (x, n) => x + n.text)', blind)).toBe('n100n105n110n115')
  })
})

test('a denied create of an invalid document is denied, not explained', async () => {
  const client = await a.data('Key.create({ role: "client" }).secret')
  for (const query of [
    'Note.create({ text: "n101" })',
    'Note.create({ id: 101, text: "z" })',
    'Key.create({ nonsense: 1 })',
  ])
    expect(await a.code(query, client)).toBe('permission_denied')
})

test('a collision with a hidden document is told, and nothing but the fields', async () => {
  const { error, text } = await a.ask('Note.create({ text: "n101" })', blind)
  expect(error).toMatchObject({
    message: 'Failed unique constraint.',
    constraint_failures: [{ paths: [['text']] }],
  })
  expect(text).not.toContain('101"}')
})

test('who asks with a bad secret learns nothing, whatever is wrong with it', async () => {
  await a.data('Collection.create({ name: "User" })')
  const [deleted, expired, orphan] = await a.data(`
    let gone = Token.create({ document: User.create({}) })
    let secret = gone.secret
    gone.delete()
    [secret, Token.create({ document: User.create({}), ttl: Time.now().subtract(1, "hour") }).secret,
      Token.create({ document: User("9999") }).secret]`)
  const live = await a.data('Key.create({ role: "admin" }).secret')
  const wrong = live.slice(0, -4) + (live.endsWith('AAAA') ? 'BBBB' : 'AAAA')
  const bad = [
    deleted,
    expired,
    orphan,
    wrong,
    'nonsense',
    `${live}:nowhere:admin`,
    `${live}:@doc/User/9999`,
    'eyJ.e30.x',
  ]
  const answers = await Promise.all(bad.map((secret) => a.ask('1', secret)))
  expect(new Set(answers.map((x) => `${x.status} ${x.text}`))).toEqual(
    new Set(['401 {"error":{"code":"unauthorized","message":"Access token required"}}']),
  )
})

test('logs and stack frames of functions are not for clients', async () => {
  await a.push(`
    collection Note { *: Any }
    @role(admin)
    function leaky() { log("the treasure", Key.all().count()); abort("no") }
    role some { privileges leaky { call } }
  `)
  const key = await a.data('Key.create({ role: "some" }).secret')
  const { summary } = await a.ask('leaky()', key)
  expect(summary).not.toMatch(/treasure|udf|Key\.all/)
})
