import { describe, expect, it } from 'vitest'
import { NULL, ObjectValue, objectOf, type Value } from '#src/fql/values/value.ts'
import type { StoredType } from '../enforce/stored-type.ts'
import { compileSteps, type ResolvedStep } from './apply.ts'

const INT: StoredType = { kind: 'scalar', name: 'Int' }
const STRING: StoredType = { kind: 'scalar', name: 'String' }
const BOOLEAN: StoredType = { kind: 'scalar', name: 'Boolean' }
const ANY: StoredType = { kind: 'any' }

type Document = Readonly<Record<string, Value>>

const migrate = (steps: readonly ResolvedStep[], document: Document): ObjectValue =>
  new ObjectValue(compileSteps(steps)(objectOf(document).fields))

const split3: ResolvedStep = {
  kind: 'split',
  field: ['a'],
  targets: [
    { field: ['x'], type: INT, backfill: 0 },
    { field: ['y'], type: STRING, backfill: 'none' },
    { field: ['z'], type: BOOLEAN, backfill: NULL },
  ],
}
const narrow: ResolvedStep = {
  kind: 'split',
  field: ['a'],
  targets: [
    { field: ['a'], type: INT, backfill: 7 },
    { field: ['tmp'], type: ANY, backfill: NULL },
  ],
}
const add = (name: string, type: StoredType, backfill: Value = NULL): ResolvedStep => ({
  kind: 'add',
  field: name.split('.'),
  type,
  backfill,
})

describe('migration steps', () => {
  it.each<[string, ResolvedStep[], Document, Document]>([
    ['add fills in', [add('b', INT, 3)], { a: 1 }, { a: 1, b: 3 }],
    ['add of a nullable field', [add('b', INT)], { a: 1 }, { a: 1 }],
    ['add keeps what fits', [add('b', INT, 3)], { b: 5 }, { b: 5 }],
    ['add makes parents', [add('o.p.b', INT, 3)], {}, { o: objectOf({ p: objectOf({ b: 3 }) }) }],
    ['add makes empty parents', [add('o.b', INT)], {}, { o: objectOf({}) }],
    ['drop', [{ kind: 'drop', field: ['a'] }], { a: 1, b: 2 }, { b: 2 }],
    ['drop of nothing', [{ kind: 'drop', field: ['o', 'a'] }], { b: 2 }, { b: 2 }],
    [
      'drop inside',
      [{ kind: 'drop', field: ['o', 'a'] }],
      { o: objectOf({ a: 1, b: 2 }) },
      { o: objectOf({ b: 2 }) },
    ],
    ['move', [{ kind: 'move', field: ['a'], to: ['c'] }], { a: 1, b: 2 }, { b: 2, c: 1 }],
    ['move of nothing', [{ kind: 'move', field: ['a'], to: ['c'] }], { b: 2 }, { b: 2 }],
    [
      'move between objects',
      [{ kind: 'move', field: ['o', 'x'], to: ['p', 'x'] }],
      { o: objectOf({ x: 1 }), p: objectOf({}) },
      { o: objectOf({}), p: objectOf({ x: 1 }) },
    ],
    ['split to the first', [split3], { a: 5 }, { x: 5, y: 'none' }],
    ['split to the second', [split3], { a: 's' }, { x: 0, y: 's' }],
    ['split to the last whatever it is', [split3], { a: [1] }, { x: 0, y: 'none', z: [1] }],
    ['split of nothing', [split3], {}, { x: 0, y: 'none' }],
    ['narrow, fitting', [narrow], { a: 1, b: 2 }, { a: 1, b: 2 }],
    ['narrow, not fitting', [narrow], { a: 's', b: 2 }, { b: 2, a: 7, tmp: 's' }],
    [
      'conflicts',
      [add('a', INT, 0), add('b', INT), { kind: 'move_conflicts', into: ['c'] }],
      { a: 'x', b: 'y', z: 1 },
      { z: 1, a: 0, c: objectOf({ a: 'x', b: 'y' }) },
    ],
    [
      'conflicts that clash',
      [add('a', INT, 0), { kind: 'move_conflicts', into: ['c'] }],
      { a: 'x', c: objectOf({ a: 1, _a: 2 }) },
      { c: objectOf({ a: 1, _a: 2, __a: 'x' }), a: 0 },
    ],
    ['no conflicts', [add('a', INT, 0), { kind: 'move_conflicts', into: ['c'] }], { a: 1 }, { a: 1 }],
    [
      'move_wildcard',
      [{ kind: 'move_wildcard', into: ['c'], except: ['a', 'c'] }],
      { a: 1, x: 2, _x: 3, c: objectOf({ x: 0 }) },
      { a: 1, c: objectOf({ x: 0, _x: 2, __x: 3 }) },
    ],
    [
      'move_wildcard of nothing',
      [{ kind: 'move_wildcard', into: ['c'], except: ['a', 'c'] }],
      { a: 1 },
      { a: 1 },
    ],
    ['add_wildcard', [{ kind: 'add_wildcard' }], { a: 1 }, { a: 1 }],
    ['odd names', [{ kind: 'move', field: ['__proto__'], to: ['constructor'] }], {}, {}],
  ])('%s', (_name, steps, before, after) => {
    const migrated = migrate(steps, before)
    expect(migrated).toEqual(objectOf(after))
  })

  it('keep the order of untouched fields', () => {
    expect([...migrate([narrow], { a: 1, b: 2 }).fields.keys()]).toEqual(['a', 'b'])
  })
})
