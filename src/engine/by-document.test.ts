import { afterAll, beforeAll, expect, it } from 'vitest'
import { type TestEngine, testEngine } from './schema-testing.ts'

let engine: TestEngine
beforeAll(async () => {
  engine = await testEngine()
  await engine.push('collection Boat { *: Any }\nrole r {}')
  await engine.query(`
    let boat = Boat.create({ id: 1 })
    Boat.create({ id: 2 })
    Token.create({ document: boat })
    Token.create({ document: boat })
    Credential.create({ document: boat, password: "x" })`)
})
afterAll(() => engine.close())

it.each([
  ['Token.byDocument(Boat(1)).count()', 2],
  ['Token.byDocument(Boat(2)).count()', 0],
  ['Token.byDocument(Boat(3)).count()', 0],
  ['Token.byDocument(Role.byName("r")!).count()', 0],
  ['Token.byDocument(Boat.definition).count()', 0],
  ['Token.byDocument({ a: 1 }).count()', 'expected value for `document` of type Doc, received { *: Any }'],
  ['Token.byDocument(Boat).count()', 'expected value for `document` of type Doc, received Boat'],
  ['Credential.byDocument(Boat(1)).exists()', true],
  ['Credential.byDocument(Boat(2)).exists()', false],
  ['Credential.byDocument(Role.byName("r")!).exists()', false],
  ['Credential.byDocument(Boat.definition).exists()', false],
  ['Credential.byDocument(null).exists()', 'expected value for `document` of type Doc, received Null'],
  ['Credential.byDocument({ a: 1 })', 'expected value for `document` of type Doc, received { *: Any }'],
  ['Token.where(1)', 'expected value for `pred` of type Function, received Int'],
  ['Boat.firstWhere(1)', 'expected value for `pred` of type Function, received Int'],
])('%s', async (query, expected) => {
  const { body } = await engine.query(query)
  expect(body.error ? body.error.message : body.data).toBe(expected)
})
