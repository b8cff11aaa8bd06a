import { describe, expect, it } from 'vitest'
import { NULL, objectOf, type Value } from '#src/fql/values/value.ts'
import { collectionDocumentFailures } from './collection-failures.ts'

const o = objectOf

const failures = (fields: Record<string, Value>, before?: Record<string, Value>): string[] =>
  collectionDocumentFailures(o(fields).fields, before && o(before).fields).map(
    (f) => `${f.path.join('.')}: ${f.message.split('\n').slice(0, 2).join(' / ')}`,
  )

const term = (field: string): Value => o({ field })
const index = (...fields: string[]): Value => o({ byX: o({ terms: fields.map(term) }) })

describe('documents that are fine', () => {
  it.each<[string, Record<string, Value>]>([
    ['empty', { name: 'C', history_days: 0, indexes: o({}), constraints: [] }],
    ['nulls', { name: 'C', history_days: NULL, fields: NULL, indexes: NULL }],
    [
      'full',
      {
        fields: o({ a: o({ signature: '{ b: Int = 3 }?'.replace(' = 3', ''), default: '{ b: 4 }' }) }),
        computed_fields: o({ c: o({ body: '(.a)', signature: 'Int' }), d: o({ body: 'doc => 1' }) }),
        wildcard: 'Any',
        migrations: [
          o({ add: o({ field: 'a' }) }),
          o({ backfill: o({ field: '.a', value: '3' }) }),
          o({ add_wildcard: o({}) }),
        ],
        indexes: o({
          byA: o({
            terms: [o({ field: '.a["b c"][0]', mva: true })],
            values: [o({ field: 'ts', order: 'desc' })],
          }),
        }),
        constraints: [
          o({ unique: ['a', '.b'] }),
          o({ unique: [o({ field: 'c' })] }),
          o({ check: o({ name: 'k', body: '(.ok)' }) }),
        ],
        ttl_days: 2n ** 40n,
        document_ttls: true,
        data: o({ anything: 1 }),
      },
    ],
  ])('%s', (_name, fields) => {
    expect(failures(fields)).toEqual([])
  })
})

describe('failures', () => {
  it.each<[Record<string, Value>, string[]]>([
    [{ fields: o({ a: o({}) }) }, ['fields.a.signature: Missing required field of type String']],
    [{ fields: o({ a: o({ signature: 'Int', x: 1 }) }) }, ['fields.a.x: Unexpected field provided']],
    [{ fields: o({ 'a b': o({ signature: 'Int' }) }) }, ['fields: Invalid identifier.']],
    [{ fields: o({ update: o({ signature: 'Int' }) }) }, ["fields: The name 'update' is reserved."]],
    [
      { fields: o({ a: o({ signature: '<' }) }) },
      ['fields.a.signature: Failed parsing user-provided signature. / error: Expected type'],
    ],
    [
      { fields: o({ a: o({ signature: 'Int', default: '1 +' }) }) },
      ['a: Default field evaluation failed. / error: Expected expression'],
    ],
    [
      { computed_fields: o({ a: o({ body: '1' }) }) },
      ['computed_fields.a.body: Unable to parse FQL source code. / error: Body must be a lambda expression.'],
    ],
    [
      { computed_fields: o({ a: o({ body: '() => 1' }) }) },
      [
        'computed_fields.a.body: Invalid function arity. Expected exactly 1 argument, but the function was defined with 0 arguments',
      ],
    ],
    [
      { fields: o({ a: o({ signature: 'Int' }) }), computed_fields: o({ a: o({ body: '_ => 1' }) }) },
      ["computed_fields: Computed field 'a' collides with a defined field"],
    ],
    [{ wildcard: '|' }, ['wildcard: Failed parsing user-provided signature. / error: Expected type']],
    [{ history_days: -1 }, ['history_days: Non-negative value required.']],
    [{ ttl_days: 'x' }, ['ttl_days: Expected Long | Null, provided String']],
    [
      { indexes: o({ byX: o({}) }) },
      ['indexes.byX: Union requires fields [terms], [values], or [terms, values]'],
    ],
    [
      { indexes: index('a..b') },
      ['indexes.byX.terms.0.field: Value `a..b` is not a valid FQL path expression.'],
    ],
    [{ indexes: index('') }, ['indexes.byX.terms.0.field: Value cannot be empty.']],
    [
      { indexes: index('id', 'coll', 'ts') },
      [
        'indexes.byX.terms.0.field: `id` is not supported as an index term, use the native byId method to look up a document by its id.',
        'indexes.byX.terms.1.field: `coll` is not supported as an index term.',
        'indexes.byX.terms.2.field: `ts` may only be used as an index value, not as an index term.',
      ],
    ],
    [{ indexes: o({ all: o({ terms: [term('a')] }) }) }, ["indexes: The name 'all' is reserved."]],
    [
      { indexes: o({ byX: o({ terms: [term('a')], status: 'complete' }) }) },
      ['indexes.byX.status: Failed to update field because it is readonly'],
    ],
    [
      { indexes: o({ byX: o({ terms: [term('a')], status: 'Building' }) }) },
      ['indexes.byX.status: Failed to update field because it is readonly'],
    ],
    [
      { constraints: [o({ unique: ['id'] })] },
      ['constraints.0.unique: `id` is not supported as a unique constraint value.'],
    ],
    [{ constraints: [o({ unique: [] })] }, ['constraints: Unique constraints must have at least one term']],
    [
      { constraints: [o({ unique: ['name'] }), o({ unique: [o({ field: ".['name']", mva: true })] })] },
      ['constraints: Duplicate unique constraint on path [.name]'],
    ],
    [
      { constraints: [o({ check: o({ name: 'a b', body: '_ => 1' }) })] },
      ['constraints.0.check.name: Invalid identifier.'],
    ],
    [
      { constraints: ['_ => 1', '_ => 2'].map((body) => o({ check: o({ name: 'k', body }) })) },
      ["constraints: Duplicate check constraint name 'k'"],
    ],
    [
      { migrations: [o({ backfill: o({ field: 'a', value: '+' }) })] },
      ['migrations.0.backfill.value: Unable to parse FQL source code. / error: Expected expression'],
    ],
  ])('%o', (fields, expected) => {
    expect(failures(fields)).toEqual(expected)
  })

  it('let a status stay', () => {
    const indexes = o({ byX: o({ terms: [term('a')], status: 'complete' }) })
    expect(failures({ indexes }, { indexes })).toEqual([])
  })
})
