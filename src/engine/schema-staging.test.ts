import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type TestEngine, testEngine } from './schema-testing.ts'

let engine: TestEngine
beforeEach(async () => {
  engine = await testEngine()
})
afterEach(() => engine.close())

const value = async (fql: string): Promise<unknown> => {
  const { body } = await engine.query(fql)
  return body.error ? body.error.code : body.data
}
const file = async (staged = false): Promise<string> =>
  (await engine.schema({ kind: 'file', name: 'main.fsl', staged })).body.content
const commit = () => engine.schema({ kind: 'commit' })
const abandon = () => engine.schema({ kind: 'abandon' })
const staged = { staged: true }

const BEFORE =
  '// Boats.\ncollection Boat {\n  name: String\n}\nfunction f() { 1 }\nrole r { privileges Boat { read } }\n'

describe('while a schema is staged', () => {
  beforeEach(async () => {
    await engine.push(BEFORE)
    await engine.query('Boat.create({ id: 1, name: "a" })')
    await engine.push('collection Ship {}\nfunction f() { 2 }\n', staged)
  })

  it('queries see the active one, documents of the schema the staged one', async () => {
    expect(await value('f()')).toBe(1)
    expect(await value('Boat.byId(1)!.name')).toBe('a')
    expect(await value('Ship.all().count()')).toBe('unbound_variable')
    expect(await value('Collection.all().map(.name).toArray()')).toEqual(['Ship'])
    expect(await value('Role.byName("r").exists()')).toBe(false)
    expect(await value('Boat.create({ name: "b" }).name')).toBe('b')
    expect(await file()).toBe(BEFORE)
    expect(await file(true)).toContain('Ship')
  })

  it('writes of schema documents change the staged one', async () => {
    await engine.query('Function.create({ name: "g", body: "() => 3" })')
    expect(await value('g()')).toBe('unbound_variable')
    expect(await file()).toBe(BEFORE)
    expect(await file(true)).toContain('function g')
    await commit()
    expect(await value('g()')).toBe(3)
  })

  it('a commit takes what was removed away', async () => {
    expect((await commit()).status).toBe(200)
    expect(await value('Boat.byId(1)')).toBe('unbound_variable')
    expect(await value('f()')).toBe(2)
    expect(await value('Ship.create({ x: 1 }).x')).toBe(1)
    expect((await engine.status()).body.status).toBe('none')
  })

  it('abandoning brings everything back', async () => {
    expect((await abandon()).status).toBe(200)
    expect(await file()).toBe(BEFORE)
    expect(await file(true)).toBe(BEFORE)
    expect(await value('Collection.all().map(.name).toArray()')).toEqual(['Boat'])
    expect(await value('Role.byName("r")!.privileges.map(.resource)')).toEqual(['Boat'])
    expect(await value('Boat.byId(1)!.name')).toBe('a')
    expect(await value('f()')).toBe(1)
    // Names are free, and taken, as before.
    expect(await value('Collection.create({ name: "Ship" }).name')).toBe('Ship')
    expect(await value('Collection.create({ name: "Boat" }).name')).toBe('constraint_failure')
  })

  it('another staged push replaces it', async () => {
    await engine.push(`${BEFORE}function h() { 4 }\n`, staged)
    expect(await value('Collection.all().map(.name).toArray()')).toEqual(['Boat'])
    await commit()
    expect(await value('[f(), h()]')).toEqual([1, 4])
  })
})

describe('staged migrations', () => {
  const after = `collection Boat {
  title: String
  when: Time
  index byWhen { terms [.when] }
  index byTitle { terms [.title] }
  migrations {
    move .name -> .title
    add .when
    backfill .when = Time.now()
  }
}
`
  beforeEach(async () => {
    await engine.push('collection Boat {\n  name: String\n  index byName { terms [.name] }\n}\n')
    await engine.query('Boat.create({ id: 1, name: "a" })')
    await engine.push(after, staged)
    await engine.query('Boat.create({ id: 2, name: "b" })')
  })

  it('do nothing before the commit', async () => {
    expect(await value('Boat.byId(2) { name }')).toEqual({ name: 'b' })
    expect(await value('Boat.byName("b").count()')).toBe(1)
  })

  it('give every document the value that its index entries have', async () => {
    expect((await commit()).status).toBe(200)
    expect(await value('Boat.all().map(.when).distinct().count()')).toBe(1)
    expect(await value('Boat.byWhen(Boat.byId(1)!.when).map(.title).toArray()')).toEqual(['a', 'b'])
    expect(await value('Boat.byTitle("b").map(.id).toArray()')).toEqual(['2'])
    await engine.query('Boat.byId(1)!.update({ title: "c" })')
    expect(await value('Boat.byTitle("a").count()')).toBe(0)
    expect(await value('Boat.byTitle("c").count()')).toBe(1)
  })

  it('are forgotten when abandoned', async () => {
    await abandon()
    expect(await value('Boat.all().map(.name).toArray()')).toEqual(['a', 'b'])
    expect(await value('Boat.byName("b").count()')).toBe(1)
    await engine.push(after)
    expect(await value('Boat.byTitle("b").map(.id).toArray()')).toEqual(['2'])
  })
})

describe('versions', () => {
  it('one of two pushes on the same version wins', async () => {
    await engine.push('function f() { 0 }')
    const { version } = (await engine.schema({ kind: 'files', staged: false })).body
    const push = (content: string) =>
      engine.schema(
        { kind: 'update', files: [{ name: 'main.fsl', content }], staged: false, override: true },
        version,
      )
    const answers = await Promise.all([push('function f() { 1 }'), push('function f() { 2 }')])
    expect(answers.map((a) => a.status).sort()).toEqual([200, 409])
    expect(await value('f()')).toBe(answers[0]?.status === 200 ? 1 : 2)
  })

  it('a refused push leaves everything as it was', async () => {
    await engine.push('collection Boat { name: String }')
    const before = (await engine.schema({ kind: 'files', staged: false })).body
    for (const content of [
      'collection Boat { name: Strng }',
      'collection Boat {',
      '@role(ghost)\nfunction f() { 1 }',
    ]) {
      const files = [{ name: 'main.fsl', content }]
      const answer = await engine.schema({ kind: 'update', files, staged: true, override: true })
      expect(answer.status).toBe(400)
    }
    expect((await engine.schema({ kind: 'files', staged: false })).body).toEqual(before)
    expect((await engine.status()).body.status).toBe('none')
  })
})
