import { describe, expect, it } from 'vitest'
import { objectOf, TimeValue, TRANSACTION_TIME, type Value } from '#src/fql/values/value.ts'
import type { StoredType } from '#src/schema/enforce/stored-type.ts'
import type { ResolvedStep } from '#src/schema/migrate/apply.ts'
import { migrationOf, stagedMigrations, withMigrations, withStagedMigrations } from './migrations.ts'

const NOTHING = new Map<string, Value>()
const resolve = (): never => {
  throw new Error('there are no references')
}

const STRING: StoredType = { kind: 'scalar', name: 'String' }
const TYPES: readonly StoredType[] = [
  { kind: 'any' },
  STRING,
  { kind: 'literal', value: 'a' },
  { kind: 'literal', value: 3n },
  { kind: 'literal', value: 2n ** 40n },
  { kind: 'literal', value: true },
  { kind: 'array', element: STRING },
  { kind: 'tuple', elements: [STRING, { kind: 'any' }] },
  { kind: 'union', members: [STRING, { kind: 'scalar', name: 'Null' }] },
  { kind: 'document', collection: 1024, name: 'C', missing: true },
  {
    kind: 'object',
    fields: new Map([
      ['__proto__', { type: STRING, default: undefined }],
      ['kind', { type: STRING, default: undefined }],
    ]),
    wildcard: undefined,
  },
  { kind: 'object', fields: new Map(), wildcard: { kind: 'any' } },
]
const STEPS: readonly ResolvedStep[] = [
  ...TYPES.map((type): ResolvedStep => ({ kind: 'add', field: ['a', 'b'], type, backfill: 'x' })),
  { kind: 'add', field: ['o'], type: { kind: 'any' }, backfill: objectOf({ x: [1, 'y'] }) },
  { kind: 'drop', field: ['a'] },
  { kind: 'move', field: ['a'], to: ['b', 'c'] },
  {
    kind: 'split',
    field: ['a'],
    targets: [
      { field: ['b'], type: STRING, backfill: 'x' },
      { field: ['c'], type: { kind: 'any' }, backfill: 2n ** 60n },
    ],
  },
  { kind: 'move_conflicts', into: ['c'] },
  { kind: 'move_wildcard', into: ['c'], except: ['a', 'c'] },
  { kind: 'add_wildcard' },
]

describe('stored steps', () => {
  it.each(STEPS.map((step) => [step.kind, step]))('%s comes back as it was', (_kind, step) => {
    expect(stagedMigrations(withStagedMigrations(NOTHING, [step]), resolve)).toEqual([step])
  })

  it('leave no trace when there are none', () => {
    const staged = withStagedMigrations(NOTHING, STEPS)
    expect(withStagedMigrations(staged, [])).toEqual(NOTHING)
    expect(withMigrations(staged, [], TRANSACTION_TIME)).toEqual(NOTHING)
  })
})

describe('migrationOf', () => {
  const rename = (from: string, to: string): ResolvedStep => ({ kind: 'move', field: [from], to: [to] })
  const at = (micros: number) => TimeValue.ofMicros(micros)
  const first = withMigrations(NOTHING, [rename('a', 'b')], at(100))
  const migrate = migrationOf(withMigrations(first, [rename('b', 'c')], at(200)), resolve)
  const names = (ts: number, name: string) => [...(migrate?.(new Map([[name, 1]]), ts).keys() ?? [])]

  it.each([
    ['all later versions', 50, 'a', ['c']],
    ['those after its own', 150, 'b', ['c']],
    ['none that it was written under', 200, 'a', ['a']],
    ['nothing to what is newer', 250, 'b', ['b']],
  ])('applies %s', (_what, ts, name, expected) => {
    expect(names(ts, name)).toEqual(expected)
  })

  it('counts steps of this very transaction as later than all that is stored', () => {
    const pending = migrationOf(withMigrations(NOTHING, [rename('a', 'b')], TRANSACTION_TIME), resolve)
    expect(pending?.(new Map([['a', 1]]), 1e15)).toEqual(new Map([['b', 1]]))
  })

  it('is undefined without steps', () => {
    expect(migrationOf(NOTHING, resolve)).toBe(undefined)
  })
})
