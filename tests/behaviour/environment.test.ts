/** `/environment/1` (spec/protocol.md §10). */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startDatabase, type TestDatabase } from './database.ts'

let db: TestDatabase
// biome-ignore lint/suspicious/noExplicitAny: looked into freely
let environment: any

const get = async (secret: string) => {
  const response = await fetch(`${db.url}/environment/1`, { headers: { authorization: `Bearer ${secret}` } })
  return { status: response.status, body: (await response.json()) as { environment: typeof environment } }
}

beforeAll(async () => {
  db = await startDatabase()
  await db.must(`
    Collection.create({ name: "Book", alias: "Tome", fields: { title: { signature: "String" } } })
    Function.create({ name: "twice", body: "(x) => x * 2", alias: "double", signature: "Number => Number" })
    Function.create({ name: "same", body: "(x) => x", signature: "A => A" })
    1`)
  environment = (await get(db.secret)).body.environment
})
afterAll(() => db.stop())

describe('globals', () => {
  it.each([
    ['Math', 'MathModule'],
    ['Credentials', 'CredentialCollection'],
    ['Book', 'BookCollection'],
    ['Tome', 'TomeCollection'],
    ['dbg', '<A> (value: A) => A'],
    ['twice', 'UserFunction<(x: Number) => Number>'],
    ['double', 'UserFunction<(x: Number) => Number>'],
    ['same', '<A> UserFunction<(x: A) => A>'],
  ])('%s', (name, type) => expect(environment.globals[name]).toBe(type))
})

describe('types', () => {
  it.each([
    ['Book.alias', '{ id: ID, ts: Time, ttl: Time | Null, title: String }'],
    ['NullBook.alias', 'Null'],
    ['BookCollection.type_hint', 'user_collection'],
    ['RoleCollection.type_hint', 'server_collection'],
    ['MathModule.type_hint', 'module'],
    ['Int.self', 'Number'],
    ['Int.ops.**', '(exponent: Number) => Number'],
    ['Array.self', '<A> Array<A>'],
    ['Array.access', '<A> Number => A'],
    ['Array.fields.fold', '<A, B> (seed: B, reducer: (B, A) => B) => B'],
    ['Array.fields.any', '<A> (predicate: (A => Boolean | Null)) => Boolean'],
    ['UserFunction.apply', '<A> A'],
    ['FQL.SchemaModule', undefined],
  ])('%s', (path, text) => {
    const [name, ...rest] = path.split('.')
    // biome-ignore lint/suspicious/noExplicitAny: looked into freely
    const found = rest.reduce((at: any, key) => at?.[key], environment.types[name as string])
    expect(found).toBe(text)
  })

  it('are sorted by name', () => {
    const names = Object.keys(environment.types)
    expect(names).toEqual([...names].sort())
  })
})

describe('rights', () => {
  it('none', async () => {
    expect(await get('nonsense')).toEqual({
      status: 401,
      body: { code: 'unauthorized', message: 'Invalid token, unable to authenticate request' },
    })
  })

  it.each(['client', 'server-readonly'])('%s keys have too few', async (role) => {
    expect(await get(db.secret.replace('admin', role))).toEqual({
      status: 403,
      body: {
        code: 'forbidden',
        message: 'A valid admin/server key must be provided to use this endpoint',
      },
    })
  })
})

describe('/export/1', () => {
  const exported = async (secret: string) => {
    const response = await fetch(`${db.url}/export/1/5`, { headers: { authorization: `Bearer ${secret}` } })
    return [response.status, await response.json()]
  }

  it.each([
    ['nonsense', 401, 'Access token required'],
    ['client', 403, 'Access denied'],
    ['admin', 404, 'Exports are not supported by this server. Back up its data instead.'],
  ])('%s', async (role, status, error) =>
    expect(await exported(role === 'nonsense' ? role : db.secret.replace('admin', role))).toEqual([
      status,
      { error },
    ]),
  )
})
