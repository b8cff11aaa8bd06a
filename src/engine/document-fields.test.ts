import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type TestEngine, testEngine } from './schema-testing.ts'

const SCHEMA = `
collection Boat {
  z: Int?
  a: String = "b"
  compute double: Number = (d => d.z! * 2)
  compute caller: Any = (_ => Query.identity())
  *: Any
}
collection Loose { *: Any }`

let engine: TestEngine
beforeAll(async () => {
  engine = await testEngine()
  await engine.push(SCHEMA)
})
afterAll(() => engine.close())

const asked = async (query: string) => {
  const { body } = await engine.query(query)
  return body.error ? `${body.error.code}: ${body.error.message}` : body.data
}

describe('fields as they are listed', () => {
  it.each([
    [
      'id, coll, ts; declared, computed, others',
      'Boat.create({ m: 1, a: "x", z: 2 })',
      'id coll ts z a double caller m',
    ],
    [
      'ttl after ts',
      'Boat.create({ z: 2, ttl: Time.now().add(1, "day") })',
      'id coll ts ttl z a double caller',
    ],
    ['without what is declared', 'Loose.create({ b: 1, a: 2 })', 'id coll ts b a'],
    ['names with another meaning, in data', 'Loose.createData({ ts: 1, b: 2, id: 3 })', 'id coll ts b data'],
    ['the same of what is read', 'Loose.firstWhere(.b == 1)', 'id coll ts b a'],
    ['of system documents', 'Key.create({ role: "admin", data: { a: 1 } })', 'id coll ts role secret data'],
    ['of named ones', 'Role.create({ name: "r" })', 'name coll ts'],
  ])('%s', async (_name, query, names) => {
    expect(Object.keys(await asked(query)).join(' ')).toBe(names)
  })
})

describe('single fields', () => {
  it.each([
    ['Loose.createData({ ts: 1, b: 2 }).data', { ts: 1, b: 2 }],
    ['Loose.createData({ ts: 1, b: 2 }).data.ts', 1],
    ['Loose.createData({ ts: 1 }).ts isa TransactionTime', true],
    ['Loose.create({}).ttl', null],
    ['Boat.create({ z: 2 }).double', 4],
    ['Boat.create({ z: 2 }).data', { z: 2, a: 'b' }],
    ['Boat.create({}).double', 'null_value: Null value, due to missing field `z`'],
    ['Boat.create({}) { a }', { a: 'b' }],
    ['Boat.create({})', 'null_value: Null value, due to missing field `z`'],
  ])('%s', async (query, expected) => {
    expect(await asked(query)).toEqual(expected)
  })
})
