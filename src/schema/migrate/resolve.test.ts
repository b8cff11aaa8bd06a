import { describe, expect, it } from 'vitest'
import { NULL, type Value } from '#src/fql/values/value.ts'
import { parseExpr, parseType } from '../fsl/texts.ts'
import { BackfillFailure, resolveSteps, type StepResolver } from './resolve.ts'
import type { MigrationStep } from './steps.ts'

const resolver: StepResolver = {
  lookup: (name) => (name === 'A' ? 1 : undefined),
  evaluate: (e): Value => (e.kind === 'int' ? Number(e.value) : e.kind === 'string' ? e.value : NULL),
  unstorable: (value) =>
    value === 'lambda' ? 'Value has type Lambda, which cannot be persisted.' : undefined,
}

const target = (field: string, type: string, backfill?: string) => ({
  field: [field],
  type: parseType(type),
  backfill: backfill === undefined ? undefined : parseExpr(backfill),
})
const add = (type: string, backfill?: string): MigrationStep => ({
  kind: 'add',
  ...target('b', type, backfill),
})

describe('resolving steps', () => {
  it('evaluates backfills and resolves types', () => {
    expect(resolveSteps([add('Int', '3'), add('Int?'), { kind: 'drop', field: ['c'] }], resolver)).toEqual([
      { kind: 'add', field: ['b'], type: { kind: 'scalar', name: 'Int' }, backfill: 3 },
      { kind: 'add', field: ['b'], type: expect.objectContaining({ kind: 'union' }), backfill: NULL },
      { kind: 'drop', field: ['c'] },
    ])
  })

  it('does not look at the last target of a split', () => {
    const split: MigrationStep = {
      kind: 'split',
      field: ['a'],
      targets: [target('x', 'Int', '1'), target('y', 'Int', '"odd"')],
    }
    expect(resolveSteps([split], resolver)).toMatchObject([
      { targets: [{ backfill: 1 }, { backfill: 'odd' }] },
    ])
  })

  it('waits for values', async () => {
    const later: StepResolver = { ...resolver, evaluate: () => Promise.resolve(5) }
    expect(await resolveSteps([add('Int', '3')], later)).toMatchObject([{ backfill: 5 }])
  })

  it.each([
    [add('Int', '"x"'), 'Failed to convert backfill value.', 'Expected Int, provided String'],
    [add('Ref<A>'), 'Failed to convert backfill value.', 'Expected A | NullA, provided Null'],
    [
      add('Any', '"lambda"'),
      'Failed to convert migration.',
      'Value has type Lambda, which cannot be persisted.',
    ],
    [add('Set<Int>', '1'), 'Failed to convert migration.', 'Type cannot be persisted.'],
  ])('%# fails', (step, message, failure) => {
    let thrown: unknown
    try {
      resolveSteps([step], resolver)
    } catch (error) {
      thrown = error
    }
    expect(thrown).toBeInstanceOf(BackfillFailure)
    expect(thrown).toMatchObject({ message, failures: [{ paths: [['b']], message: failure }] })
  })
})
