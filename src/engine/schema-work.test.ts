import { setTimeout } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import { MemoryEngine } from '#src/storage/memory/engine.ts'
import { type TestEngine, testEngine } from './schema-testing.ts'

const BOATS = 'collection Boat { *: Any }'
const INDEXED = 'collection Boat { *: Any; index byName { terms [.name] }; unique [.n] }'

let engine: TestEngine
afterEach(() => engine.close())

const fill = (count: number) =>
  engine.query(`Set.sequence(0, ${count}).forEach(i => Boat.create({ name: "b#{i}", n: i }))`)

const byName = (name: string) => engine.query(`Boat.byName("${name}").first()?.n`)
const index = async () => (await engine.query('Boat.definition.indexes.byName')).body.data

async function untilComplete(): Promise<void> {
  for (let i = 0; i < 500; i++) {
    const { indexes, constraints } = (await engine.query('Boat.definition { indexes, constraints }')).body
      .data
    if (indexes.byName.status !== 'building' && constraints[0].status !== 'pending') return
    await setTimeout(10)
  }
  throw new Error('still building')
}

describe('indexes of collections with documents', () => {
  it('are built at once for up to 128 documents', async () => {
    engine = await testEngine()
    await engine.push(BOATS)
    await fill(128)
    await engine.push(INDEXED)
    expect(await index()).toMatchObject({ status: 'complete', queryable: true })
    expect((await byName('b7')).body.data).toBe(7)
  })

  it('are built in the background for more', async () => {
    engine = await testEngine()
    await engine.push(BOATS)
    await fill(2000)
    const { body } = await engine.push(INDEXED)
    expect(await index()).toMatchObject({ status: 'building', queryable: false })
    expect((await byName('b7')).body.error.message).toBe('The index `Boat.byName` is not queryable.')
    await engine.query('Boat.create({ name: "late", n: -1 })')
    await engine.query('Boat.firstWhere(.n == 1999)!.update({ name: "renamed" })')
    await engine.query('Boat.firstWhere(.n == 0)!.delete()')
    await untilComplete()
    expect((await byName('b1000')).body.data).toBe(1000)
    expect((await byName('late')).body.data).toBe(-1)
    expect((await byName('renamed')).body.data).toBe(1999)
    expect((await byName('b1999')).body.data).toBe(null)
    expect((await byName('b0')).body.data).toBe(null)
    // Users see no new version of the schema.
    const files = await engine.schema({ kind: 'files', staged: false })
    expect(files.body.version).toBe(body.version)
    const unique = (await engine.query('Boat.definition.constraints')).body.data
    expect(unique).toEqual([{ unique: [{ field: '.n', mva: false }], status: 'active' }])
    expect((await engine.query('Boat.create({ n: 5 })')).body.error.code).toBe('constraint_failure')
  })

  it('goes on after a restart', async () => {
    const storage = new MemoryEngine()
    storage.close = async () => {}
    engine = await testEngine(storage)
    await engine.push(BOATS)
    await fill(3000)
    await engine.push(INDEXED)
    await engine.close()
    engine = await testEngine(storage)
    await untilComplete()
    expect((await engine.query('Boat.byName("b2999").count()')).body.data).toBe(1)
  })
})

describe('staged indexes', () => {
  it('wait for their build', async () => {
    engine = await testEngine()
    await engine.push(BOATS)
    await fill(1000)
    await engine.push(INDEXED, { staged: true })
    const pending = await engine.status('summary')
    expect(pending.body.builds).toMatchObject([
      { collection: 'Boat', index: 'index byName', documents: expect.any(Number) },
      { collection: 'Boat', index: 'unique constraint on [.n]' },
    ])
    expect(pending.body).toMatchObject({
      status: 'pending',
      pending_summary:
        '* Collection Boat:\n  ~ index byName: building\n  ~ unique constraint on [.n]: building\n',
    })
    expect((await engine.schema({ kind: 'commit' })).body.error.message).toContain('`ready` state')
    await engine.query('Boat.create({ name: "late", n: -1 })')
    while ((await engine.status()).body.status === 'pending') await setTimeout(10)
    expect((await engine.status('summary')).body).toMatchObject({ status: 'ready', pending_summary: '' })
    expect((await engine.query('Boat.byName("late")')).status).toBe(400)
    expect((await engine.schema({ kind: 'commit' })).status).toBe(200)
    expect((await byName('late')).body.data).toBe(-1)
    expect((await byName('b999')).body.data).toBe(999)
  })

  it('hold the documents in their staged shape', async () => {
    engine = await testEngine()
    await engine.push('collection Boat { name: String; n: Int }')
    await fill(10)
    const staged = `collection Boat {
      title: String
      n: Int
      index byTitle { terms [.title] }
      migrations { move .name -> .title }
    }`
    await engine.push(staged, { staged: true })
    await engine.query('Boat.create({ name: "late", n: -1 })')
    await engine.query('Boat.firstWhere(.n == 3)!.update({ name: "three" })')
    expect((await engine.schema({ kind: 'commit' })).status).toBe(200)
    const found = (title: string) => engine.query(`Boat.byTitle("${title}").first()?.n`)
    expect((await found('late')).body.data).toBe(-1)
    expect((await found('three')).body.data).toBe(3)
    expect((await found('b3')).body.data).toBe(null)
    expect((await found('b4')).body.data).toBe(4)
  })

  it('go when they are abandoned', async () => {
    engine = await testEngine()
    await engine.push(BOATS)
    await fill(200)
    await engine.push(INDEXED, { staged: true })
    expect((await engine.schema({ kind: 'abandon' })).status).toBe(200)
    expect((await engine.status()).body.status).toBe('none')
    expect((await engine.query('Boat.definition.indexes')).body.data).toEqual({})
    await engine.push(INDEXED)
    await untilComplete()
    expect((await byName('b150')).body.data).toBe(150)
  })
})

describe('what nothing reaches any more', () => {
  /** Records by the letter that their keys begin with. */
  const records = async (letter: string): Promise<number> => {
    const snapshot = await engine.storage.begin()
    const end = String.fromCharCode(letter.charCodeAt(0) + 1)
    const { entries } = await snapshot.scan({ start: letter, end }, { limit: 5000 })
    snapshot.release()
    return entries.length
  }
  const untilClean = async () => {
    for (let i = 0; i < 200 && (await records('x')) > 0; i++) await setTimeout(10)
    expect(await records('x')).toBe(0)
  }

  it('of a collection is removed from the store', async () => {
    engine = await testEngine()
    await engine.push(INDEXED)
    await fill(700)
    await engine.push('function f() { 1 }')
    await untilClean()
    expect(await records('d')).toBeLessThan(10)
    expect(await records('i')).toBeLessThan(10)
  })

  it('of a database and those in it too', async () => {
    engine = await testEngine()
    await engine.query('Database.create({ name: "outer" }); null')
    const [before, places] = [await records('d'), await records('g')]
    await engine.query(
      'Database.create({ name: "inner" }); Collection.create({ name: "C" }); null',
      'test/outer',
    )
    await engine.query('Set.sequence(0, 300).forEach(i => C.create({}))', 'test/outer')
    await engine.query('Collection.create({ name: "C" }); null', 'test/outer/inner')
    expect(await records('d')).toBeGreaterThan(before + 300)
    await engine.query('Database.byName("outer")!.delete()')
    await untilClean()
    expect(await records('d')).toBe(before - 1)
    expect(await records('g')).toBe(places - 1)
    expect((await engine.query('1', 'test/outer')).status).toBe(401)
  })
})
