import { describe, expect, it } from 'vitest'
import type { Diagnostic } from '#src/fql/errors/diagnostic.ts'
import { printExpr } from '#src/fql/syntax/print.ts'
import { TEST_ENVIRONMENT } from '#src/fql/types/test-environment.ts'
import { parseFsl } from '../fsl/parse.ts'
import type { CollectionItem } from '../model/items.ts'
import { typeText } from './compare.ts'
import { deriveMigrations } from './derive.ts'
import type { MigrationStep, SplitTarget } from './steps.ts'

const collectionOf = (members: string): CollectionItem => {
  const parsed = parseFsl({ name: 'main.fsl', text: `collection C {\n${members}\n}` })
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors.map((e) => e.message)))
  return parsed.items[0] as CollectionItem
}

const path = (names: readonly string[]): string => `.${names.join('.')}`
const made = ({ field, type, backfill }: SplitTarget): string =>
  `${path(field)}: ${typeText(type)}${backfill ? ` = ${printExpr(backfill)}` : ''}`

const stepText = (s: MigrationStep): string => {
  switch (s.kind) {
    case 'add':
      return `add ${made(s)}`
    case 'drop':
      return `drop ${path(s.field)}`
    case 'move':
      return `move ${path(s.field)} -> ${path(s.to)}`
    case 'split':
      return `split ${path(s.field)} -> ${s.targets.map((t) => `(${made(t)})`).join(', ')}`
    case 'move_conflicts':
      return `move_conflicts ${path(s.into)}`
    case 'move_wildcard':
      return `move_wildcard ${path(s.into)} [${s.except.toSorted().join(', ')}]`
    case 'add_wildcard':
      return 'add_wildcard'
  }
}

const underlined = (d: Diagnostic): string => d.span.source.text.slice(d.span.start, d.span.end)

const derive = (live: string | undefined, submitted: string): string[] => {
  const result = deriveMigrations(
    TEST_ENVIRONMENT,
    live === undefined ? undefined : collectionOf(live),
    collectionOf(submitted),
  )
  return result.ok ? result.steps.map(stepText) : result.errors.map((e) => `${e.message} @ ${underlined(e)}`)
}

const block = (...statements: string[]): string => `migrations {\n${statements.join('\n')}\n}`

describe('steps', () => {
  it.each<[string, string, string[]]>([
    ['foo: Int', `foo: Int\nbar: Int\n${block('add .bar', 'backfill .bar = 5')}`, ['add .bar: Int = 5']],
    ['foo: Int\nbar: String', `foo: Int\n${block('drop .bar')}`, ['drop .bar']],
    ['x: Int', `y: Int\n${block('drop .x', 'add .y', 'backfill .y = 3')}`, ['drop .x', 'add .y: Int = 3']],
    ['x: Int\ny: Int', `y: Int = 3\n${block('drop .x')}`, ['drop .x']],
    ['z: Null', `z: Null\nfoo: Int | Null\n${block('add .foo')}`, ['add .foo: Int | Null']],
    ['foo: Int', 'foo: Int | Null', []],
    ['foo: Int', 'foo: Int | String', []],
    ['foo: Int', 'foo: Number', []],
    ['foo: Int', 'foo: Int = 4\ncompute c = (_ => 1)\ncheck k ((_) => true)', []],
    [
      'foo: Int | String',
      `bar: String\nbaz: Int\n${block('split .foo -> .bar, .baz', 'backfill .bar = "default"', 'backfill .baz = 0')}`,
      ['split .foo -> (.bar: String = "default"), (.baz: Int = 0)'],
    ],
    [
      'foo: Int | String',
      `bar: String | Null\nbaz: Int = 0\n${block('split .foo -> .bar, .baz')}`,
      ['split .foo -> (.bar: String | Null), (.baz: Int = 0)'],
    ],
    [
      'x: (Int | String)?',
      `y: Int\nz: String = "-"\n${block('split .x -> .y, .z', 'backfill .y = 0')}`,
      ['split .x -> (.y: Int = 0), (.z: String = "-")'],
    ],
    [
      'foo: Int | String',
      `bar: Int\n${block('split .foo -> .bar, .tmp', 'backfill .bar = 0', 'drop .tmp')}`,
      ['split .foo -> (.bar: Int = 0), (.tmp: Any)', 'drop .tmp'],
    ],
    [
      'foo: Any',
      `foo: Int\n${block('split .foo -> .foo, .tmp', 'backfill .foo = 3', 'drop .tmp')}`,
      ['split .foo -> (.foo: Int = 3), (.tmp: Any)', 'drop .tmp'],
    ],
    [
      'foo: Int = 0\nbar: Int = 1',
      `foo: Int = 1\nbar: Int = 0\n${block('move .foo -> .tmp', 'move .bar -> .foo', 'move .tmp -> .bar')}`,
      ['move .foo -> .tmp', 'move .bar -> .foo', 'move .tmp -> .bar'],
    ],
    // Wildcards.
    ['*: Any', `foo: Any\n*: Any\n${block('add .foo')}`, []],
    ['', `foo: Any\n*: Any\n${block('add .foo')}`, []],
    [
      '*: Any',
      `foo: Any\ndump: { *: Any }?\n*: Any\n${block('add .dump', 'add .foo', 'backfill .foo = ""', 'move_conflicts .dump')}`,
      ['add .dump: { *: Any } | Null', 'add .foo: Any = ""', 'move_conflicts .dump'],
    ],
    [
      '*: Any',
      `foo: String?\ndump: { *: Any }?\n${block('add .dump', 'add .foo', 'move_conflicts .dump', 'move_wildcard .dump')}`,
      [
        'add .dump: { *: Any } | Null',
        'add .foo: String | Null',
        'move_conflicts .dump',
        'move_wildcard .dump [dump, foo]',
      ],
    ],
    ['a: Int', `a: Int\n*: Any\n${block('add_wildcard')}`, ['add_wildcard']],
    ['a: Int', block('drop .a', 'add_wildcard'), ['drop .a', 'add_wildcard']],
    // Nested fields.
    ['a: { x: Int }\nb: {}', `a: {}\nb: { x: Int }\n${block('move .a.x -> .b.x')}`, ['move .a.x -> .b.x']],
    ['a: { x: Int }', `a: { x: Int, y: Int = 3 }\n${block('add .a.y')}`, ['add .a.y: Int = 3']],
    ['a: { x: Int, y: Int }', `a: { x: Int }\n${block('drop .a.y')}`, ['drop .a.y']],
    ['z: Int', `z: Int\no: { x: Int = 1 }\n${block('add .o.x')}`, ['add .o.x: Int = 1']],
  ])('from %s to %s', (live, submitted, steps) => {
    expect(derive(live, submitted)).toEqual(steps)
  })
})

describe('the continuation point', () => {
  const m = ['move .foo -> .tmp', 'move .bar -> .foo', 'move .tmp -> .bar'] as const
  const done = 'foo: Int = 1\nbar: Int = 0\n'
  it.each<[string, string, string[]]>([
    [`tmp: Int = 0\nbar: Int = 1\n${block(m[0])}`, done + block(...m), [m[1], m[2]]],
    [`tmp: Int = 0\nfoo: Int = 1\n${block(m[0], m[1])}`, done + block(...m), [m[2]]],
    [`tmp: Int = 0\nfoo: Int = 1\n${block(m[0], m[1])}`, done + block(m[1], m[2]), [m[2]]],
    [done + block(...m), done + block(...m), []],
    [done + block(...m), done, []],
    [done + block(...m), done + block(m[1], m[2]), []],
  ])('%#', (live, submitted, steps) => {
    expect(derive(live, submitted)).toEqual(steps)
  })
})

describe('errors', () => {
  const split = (...more: string[]) => block('split .x -> .y, .z', ...more)
  it.each<[string, string, string[]]>([
    [
      'foo: Int',
      `foo: Int\n${block('add .bar')}`,
      ['Cannot add field, as `.bar` is not in the submitted schema @ .bar'],
    ],
    ['foo: Int', 'foo: Int\nbar: Int = 0', ['Field `.bar` is not present in the live schema @ bar']],
    ['foo: Int', 'foo: Int\nbar: Int', ['Field `.bar` is not present in the live schema @ bar']],
    [
      'z: Null',
      `z: Null\nfoo: Int\n${block('backfill .foo = 0')}`,
      [
        'Field `.foo` is backfilled without being declared by an `add` or `split` migration @ backfill .foo = 0',
      ],
    ],
    [
      'foo: Int\nbar: String',
      `foo: Int\nbar: String\n${block('drop .bar')}`,
      ['Cannot drop field `.bar`. Dropped fields must be removed from schema @ .bar'],
    ],
    [
      '',
      block('backfill .bar = 5'),
      ['Cannot backfill field `.bar`, as it is not in the submitted schema @ .bar'],
    ],
    [
      'k: Int',
      `k: Int\nx: Int | String\ny: String = ""\nz: Int = 0\n${block('add .x', 'split .x -> .y, .z', 'backfill .x = 0')}`,
      ['Cannot split field: field is still present in submitted schema @ .x'],
    ],
    [
      'k: Int',
      `x: Int = 0\n${block('backfill .x = 0', 'add .x')}`,
      ["Cannot add field `.x` after it's backfilled @ add .x"],
    ],
    [
      'z: Null',
      `z: Null\ny: Int\n${block('drop .x', 'add .y', 'backfill .y = 3')}`,
      ["Field `.x` was dropped but it doesn't exist in the live schema @ x"],
    ],
    [
      'foo: Int\nk: Int',
      'k: Int',
      ['Field `.foo` is missing from the submitted schema @ collection C {\nk: Int\n}'],
    ],
    [
      'foo: Int | String',
      'foo: Int',
      ['Field `.foo` of type `Int` does not match the live type `Int | String` @ Int'],
    ],
    [
      'z: Null',
      `foo: Int\nz: Null\n${block('add .foo', 'backfill .foo = "hi"')}`,
      ['Type `String` is not a subtype of `Int` @ "hi"'],
    ],
    [
      'w: Int | String',
      `x: Int\ny: String?\n${block('split .w -> .x, .y', 'add .x', 'backfill .x = 0')}`,
      ['Cannot add a field that is also created by a split @ .x'],
    ],
    [
      'x: Int | String',
      `y: Int\nz: String\n${split()}`,
      [
        'Cannot declare non-nullable field `.y`: it has no default and no backfill value @ .y',
        'Cannot declare non-nullable field `.z`: it has no default and no backfill value @ .z',
      ],
    ],
    [
      'x: Int | String',
      `y: Int?\n${split()}`,
      ['Cannot split field, as `.z` is not in the submitted schema @ .z'],
    ],
    [
      'x: Int | String',
      `y: Boolean?\nz: Int?\n${split()}`,
      ['Field `.x` of type `Boolean | Int | Null` does not match the live type `Int | String` @ '],
    ],
    [
      'foo: Int | Boolean\nbar: Boolean',
      `bar: Boolean\nbaz: Int\n${block('split .foo -> .bar, .baz', 'backfill .bar = true', 'backfill .baz = 0')}`,
      ['Field `.bar` is in the live schema, so it cannot be added or backfilled @ bar'],
    ],
    ['a: Int', `a: Int?\n${block('move .a -> .a')}`, ['Cannot move a field to itself @ .a']],
    [
      'a: Int',
      `b: Int\n${block('move .a -> .c')}`,
      ['Cannot move field `.a`, as it is not in the live schema @ .a'],
    ],
    [
      'a: Int',
      `a: Int\nb: Int\n${block('move .a -> .b')}`,
      ['Cannot move field `.a`, as it is in the submitted schema @ .a'],
    ],
    // Wildcards.
    [
      '*: Any',
      `foo: String\n*: Any\n${block('add .foo', 'backfill .foo = ""')}`,
      ['Cannot add field, as `.foo` conflicts with the wildcard @ .foo'],
    ],
    [
      '',
      `foo: String\ndump: { *: Any }?\n${block('add .dump', 'add .foo', 'backfill .foo = ""', 'move_conflicts .dump')}`,
      ['Cannot move wildcard conflicts, as there is no wildcard in the submitted schema @ .dump'],
    ],
    [
      '',
      `foo: String = ""\n${block('add .foo')}`,
      [`Missing wildcard definition @ collection C {\nfoo: String = ""\n${block('add .foo')}\n}`],
    ],
    [
      '*: Any',
      'foo: Int?',
      [
        'Field `.foo` is not present in the live schema @ foo',
        'Missing wildcard definition @ collection C {\nfoo: Int?\n}',
      ],
    ],
    ['a: Int', 'a: Int\n*: Any', ['Wildcard was not present in the live schema @ *: Any']],
    [
      'a: Int',
      `a: Int\n${block('add_wildcard')}`,
      ['Cannot add wildcard, as the submitted schema lacks a wildcard @ add_wildcard'],
    ],
    [
      'a: Int',
      block('drop .a'),
      [
        `All fields from the live schema are dropped, reintroducing the implicit wildcard that requires an \`add_wildcard\` migration. Are you sure you meant to do this? @ collection C {\n${block('drop .a')}\n}`,
      ],
    ],
    [
      'a: Int',
      `a: Int\n*: Any\n${block('add_wildcard', 'add_wildcard')}`,
      ['Cannot add a wildcard twice @ add_wildcard'],
    ],
    [
      '*: Any',
      `d: { *: Any }?\n*: Any\n${block('add .d', 'move_conflicts .d', 'move_wildcard .d')}`,
      ['Cannot move wildcard, as there is still a wildcard in the submitted schema @ .d'],
    ],
    [
      '*: Any',
      `d: String?\n*: Any\n${block('add .d', 'move_conflicts .d')}`,
      ['Wildcard conflicts field must have the type `{ *: Any } | Null` @ .d'],
    ],
    // Nested fields.
    [
      'a: Int',
      `a: Int\n${block('drop .a.b')}`,
      ['Cannot drop field `.a.b`, as the parent is not an object @ .a.b'],
    ],
    [
      'a: Int',
      `a: Int\n${block('drop .b.c')}`,
      ['Cannot drop field `.b.c`, as the parent object was removed @ .b.c'],
    ],
    [
      'o: { *: Any }',
      `o: { x: Int?, *: Any }\n${block('add .o.x')}`,
      ['Cannot add field, as there is a wildcard in the same struct as `.o.x` @ .o.x'],
    ],
    [
      'z: Int',
      `z: Int\no: { x: Int, y: Int? }\n${block('add .o.y')}`,
      ['Field `.o.x` is not present in the live schema @ x'],
    ],
  ])('from %s to %s', (live, submitted, errors) => {
    expect(derive(live, submitted)).toEqual(errors)
  })

  it('of an empty collection are those of the block only', () => {
    expect(derive(undefined, 'foo: Int\nbar: Int')).toEqual([])
    expect(derive(undefined, block('add .bar'))).toEqual([
      'Cannot add field, as `.bar` is not in the submitted schema @ .bar',
    ])
  })

  it('propose what to do', () => {
    const result = deriveMigrations(
      TEST_ENVIRONMENT,
      collectionOf('foo: Int | String'),
      collectionOf('foo: Int'),
    )
    const related = result.ok ? [] : result.errors[0]?.related
    expect(related).toMatchObject([
      {
        message: 'Add a migration to split the invalid types into another field',
        suggestion: { text: 'tmp: String\n  migrations {\n    split .foo -> .foo, .tmp\n  }\n' },
      },
    ])
  })
})
