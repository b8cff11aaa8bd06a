import { describe, expect, it } from 'vitest'
import { objectOf, type Value } from '#src/fql/values/value.ts'
import type { StoredType } from '#src/schema/enforce/stored-type.ts'
import type { ResolvedStep } from '#src/schema/migrate/apply.ts'
import { type Backing, IndexDefinitions } from './index-definitions.ts'
import { planIndexes } from './index-plan.ts'

const ANY: StoredType = { kind: 'any' }
const INT: StoredType = { kind: 'scalar', name: 'Int' }

/** The definition of a collection with an index for each list of terms. */
const definition = (
  terms: readonly string[][],
  computed: Record<string, string> = {},
): Map<string, Value> => {
  const indexes = terms.map((fields, i) => [
    `i${i}`,
    objectOf({ terms: fields.map((field) => objectOf({ field })) }),
  ])
  const bodies = Object.entries(computed).map(([name, body]) => [name, objectOf({ body })])
  return new Map<string, Value>([
    ['indexes', objectOf(Object.fromEntries(indexes))],
    ['computed_fields', objectOf(Object.fromEntries(bodies))],
  ])
}

const backings = (fields: Map<string, Value>): Backing[] =>
  [...new IndexDefinitions(fields).all().keys()].map((key, i) => ({ key, id: i + 1, origin: undefined }))

const plan = (before: Map<string, Value>, after: Map<string, Value>, steps: readonly ResolvedStep[] = []) => {
  const { backings: now, fresh } = planIndexes({
    fields: after,
    steps,
    known: backings(before),
    staged: [],
    next: 10,
  })
  return { ids: now.map((b) => b.id), fresh }
}

describe('planIndexes', () => {
  const move = (from: string[], to: string[]): ResolvedStep => ({ kind: 'move', field: from, to })
  const add = (field: string[], type: StoredType = INT): ResolvedStep => ({
    kind: 'add',
    field,
    type,
    backfill: 0,
  })

  it.each<[string, string[][], string[][], ResolvedStep[], number[]]>([
    ['keeps what is the same', [['a'], ['b']], [['b'], ['a']], [], [2, 1]],
    ['fills what is new', [['a']], [['a'], ['b']], [], [1, 10]],
    ['shares equal ones', [['a']], [['.a'], ['a']], [], [1]],
    ['follows a move', [['a']], [['b']], [move(['a'], ['b'])], [1]],
    ['follows a nested move', [['a.x.y']], [['b.y']], [move(['a', 'x'], ['b'])], [1]],
    ['follows moves in a row', [['a']], [['c']], [move(['a'], ['b']), move(['b'], ['c'])], [1]],
    ['follows a move through data', [['data.a']], [['data.b']], [move(['a'], ['b'])], [1]],
    ['fills all of data after a move', [['data']], [['data']], [move(['a'], ['b'])], [10]],
    ['fills after an add', [['a']], [['a']], [add(['a'])], [10]],
    ['keeps what an add of Any names', [['a']], [['a']], [add(['a'], ANY)], [1]],
    ['keeps what an add does not touch', [['b']], [['b']], [add(['a'])], [1]],
    ['fills when something inside is added', [['o']], [['o']], [add(['o', 'x'])], [10]],
    ['fills after a drop', [['a']], [['a']], [{ kind: 'drop', field: ['a'] }], [10]],
    [
      'fills targets of a split',
      [['a'], ['b']],
      [['a'], ['b']],
      [{ kind: 'split', field: ['a'], targets: [{ field: ['b'], type: INT, backfill: 0 }] }],
      [10, 11],
    ],
    ['fills where conflicts go', [['c']], [['c']], [{ kind: 'move_conflicts', into: ['c'] }], [10]],
    [
      'keeps what a wildcard leaves',
      [['a'], ['x']],
      [['a'], ['x']],
      [{ kind: 'move_wildcard', into: ['rest'], except: ['a'] }],
      [1, 10],
    ],
    ['keeps ts through everything', [['ttl']], [['ttl']], [add(['a'])], [1]],
  ])('%s', (_name, before, after, steps, ids) => {
    const planned = plan(definition(before), definition(after), steps)
    expect(planned.ids).toEqual(ids)
    expect(planned.fresh).toEqual(ids.filter((id) => id >= 10))
  })

  it('fills again when the body of a computed field changes, but not its layout', () => {
    const of = (body: string) => definition([['c'], ['a']], { c: body })
    expect(plan(of('x => x.a + 1'), of('(x) =>  x.a+1')).ids).toEqual([1, 2])
    expect(plan(of('x => x.a + 1'), of('x => x.a + 2')).ids).toEqual([10, 2])
  })

  it('fills computed fields again after any migration', () => {
    const of = definition([['c']], { c: 'x => x.a' })
    expect(plan(of, of, [add(['z'])]).ids).toEqual([10])
  })

  it('takes over what was filled for an earlier staged schema', () => {
    const fields = definition([['b']])
    const steps = [move(['a'], ['b'])]
    const first = planIndexes({ fields, steps, known: [], staged: [], next: 1 })
    const again = planIndexes({ fields, steps, known: [], staged: first.backings, next: 2 })
    expect(again.backings.map((b) => b.id)).toEqual([1])
    const other = planIndexes({ fields, steps: [add(['b'])], known: [], staged: first.backings, next: 2 })
    expect(other.fresh).toEqual([2])
  })
})
