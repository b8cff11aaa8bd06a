import { setTimeout } from 'node:timers/promises'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { type TestEngine, testEngine } from './schema-testing.ts'

/** A collection of optional integers, some of them indexed, and the statements that brought it there. */
interface Shape {
  readonly fields: readonly string[]
  readonly indexed: readonly string[]
  readonly statements: readonly string[]
}

type Step =
  | { readonly kind: 'create' | 'update' | 'delete'; readonly pick: number; readonly value: number }
  | {
      readonly kind: 'move' | 'drop' | 'add' | 'index' | 'unindex'
      readonly pick: number
      readonly value: number
    }
  | { readonly kind: 'stage' | 'commit' | 'abandon'; readonly pick: number; readonly value: number }

const KINDS = [
  'create',
  'create',
  'update',
  'delete',
  'move',
  'drop',
  'add',
  'index',
  'unindex',
  'stage',
  'commit',
  'abandon',
] as const

const steps = fc.array(
  fc.record({ kind: fc.constantFrom(...KINDS), pick: fc.nat(1000), value: fc.integer({ min: 0, max: 3 }) }),
  { minLength: 5, maxLength: 30 },
) as fc.Arbitrary<Step[]>

const sourceOf = ({ fields, indexed, statements }: Shape): string =>
  [
    'collection C {',
    ...fields.map((f) => `  ${f}: Int?`),
    ...indexed.map((f) => `  index by_${f} { terms [.${f}] }`),
    ...(statements.length > 0 ? ['  migrations {', ...statements.map((s) => `    ${s}`), '  }'] : []),
    '}',
    '',
  ].join('\n')

/** What a step makes of a shape; undefined: nothing, here. */
function changed(shape: Shape, { kind, pick, value }: Step, fresh: string): Shape | undefined {
  const { fields, indexed, statements } = shape
  const field = fields[pick % fields.length] as string
  const unindexed = indexed.filter((f) => f !== field)
  switch (kind) {
    case 'move':
      return {
        fields: [...fields.filter((f) => f !== field), fresh],
        indexed: indexed.includes(field) ? [...unindexed, fresh] : unindexed,
        statements: [...statements, `move .${field} -> .${fresh}`],
      }
    case 'drop':
      if (fields.length === 1) return undefined
      return {
        fields: fields.filter((f) => f !== field),
        indexed: unindexed,
        statements: [...statements, `drop .${field}`],
      }
    case 'add':
      return {
        fields: [...fields, fresh],
        indexed: [...indexed, fresh],
        statements: [...statements, `add .${fresh}`, `backfill .${fresh} = ${value}`],
      }
    case 'index':
      return indexed.includes(field) ? undefined : { ...shape, indexed: [...indexed, field] }
    case 'unindex':
      return { ...shape, indexed: unindexed }
    default:
      return undefined
  }
}

class Run {
  private readonly engine: TestEngine
  private active: Shape = { fields: ['a', 'b'], indexed: ['a'], statements: [] }
  private staged: Shape | undefined
  private names = 0
  /** Pushes go to the staged schema. */
  private staging = false

  constructor(engine: TestEngine) {
    this.engine = engine
  }

  async play(all: readonly Step[]): Promise<void> {
    await this.engine.push(sourceOf(this.active))
    await this.expectConsistent()
    for (const step of all) {
      await this.step(step)
      await this.expectConsistent()
    }
    await this.end('commit')
    await this.expectConsistent()
  }

  private async step(step: Step): Promise<void> {
    const { kind, pick, value } = step
    const field = this.active.fields[pick % this.active.fields.length]
    switch (kind) {
      case 'create':
        return this.must(`C.create({ ${field}: ${value} })`)
      case 'update':
        return this.must(
          `C.all().drop(${pick % 5}).first()?.update({ ${field}: ${value === 3 ? 'null' : value} })`,
        )
      case 'delete':
        return this.must(`C.all().drop(${pick % 5}).first()?.delete()`)
      case 'stage':
        this.staging = true
        return
      case 'commit':
      case 'abandon':
        return this.end(kind)
      default:
        return this.change(step)
    }
  }

  private async change(step: Step): Promise<void> {
    const next = changed(this.staged ?? this.active, step, `f${this.names++}`)
    if (!next) return
    await this.engine.push(sourceOf(next), { staged: this.staging })
    if (this.staging) this.staged = next
    else this.active = next
  }

  private async end(how: 'commit' | 'abandon'): Promise<void> {
    this.staging = false
    if (!this.staged) return
    const answer = await this.engine.schema({ kind: how })
    if (answer.status !== 200) throw new Error(answer.body.error.message)
    if (how === 'commit') this.active = this.staged
    this.staged = undefined
  }

  private async must(fql: string): Promise<void> {
    const { body } = await this.engine.query(`${fql}; null`)
    if (body.error) throw new Error(`${fql}: ${body.error.message}`)
  }

  /** Every index answers what a look at all documents does. */
  private async expectConsistent(): Promise<void> {
    for (const field of this.active.indexed) {
      const pairs = [0, 1, 2, 3].map(
        (v) => `[C.by_${field}(${v}).map(.id).toArray(), C.where(.${field} == ${v}).map(.id).toArray()]`,
      )
      const { body } = await this.engine.query(`[${pairs.join(', ')}]`)
      if (body.error) throw new Error(body.error.message)
      for (const [found, expected] of body.data) expect(found).toEqual(expected)
    }
  }
}

it('indexes answer as all documents do, through writes, migrations and staged schemas', async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (all) => {
      const engine = await testEngine()
      try {
        await new Run(engine).play(all)
      } finally {
        await engine.close()
        await setTimeout(0)
      }
    }),
    { numRuns: 25 },
  )
}, 30_000)
