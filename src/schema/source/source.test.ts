import { describe, expect, it } from 'vitest'
import type { Diagnostic } from '#src/fql/errors/diagnostic.ts'
import { NO_SPAN } from '#src/fql/syntax/span.ts'
import { TEST_ENVIRONMENT } from '#src/fql/types/test-environment.ts'
import { objectOf, type Value } from '#src/fql/values/value.ts'
import { printItem } from '../fsl/print.ts'
import { documentsToItems, itemFromDocument } from '../model/from-document.ts'
import type { SchemaItem } from '../model/items.ts'
import { type DocumentFields, itemToDocument } from '../model/to-document.ts'
import { checkItems, derivedTypeErrors } from './environment.ts'
import { locateItem, parseSnippet, withItemAdded, withItemReplaced } from './item-text.ts'
import { schemaFromFiles } from './parse-files.ts'
import { planPush } from './push.ts'
import { regenerateFiles } from './regenerate.ts'

const files = (texts: Readonly<Record<string, string>>) => new Map(Object.entries(texts))

const itemsOf = (text: string): readonly SchemaItem[] => {
  const parsed = schemaFromFiles(files({ 'main.fsl': text }))
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors))
  return parsed.items
}

const document = (fields: Readonly<Record<string, Value>>): DocumentFields => objectOf(fields).fields

describe('documents', () => {
  const EVERYTHING = `
@alias(B) collection A {
  a: Int = 3
  b: { c: String = "x" }
  compute d: Int = (_ => 1)
  compute e = (.a + 1)
  *: Any
  index i { terms [.a, mva(.b)]; values [desc(.c)] }
  unique [.a]
  check k (.a > 1)
  history_days 4
  ttl_days 5
  document_ttls false
  migrations { add .a; drop .z; move .x -> .y; split .s -> .t, .u; backfill .t = 1; move_conflicts .c; move_wildcard .c; add_wildcard }
}
@alias(g) @role(admin) function f(a: Int, ...b: Int): Int { a }
function h(a) { a }
role r { privileges A { read; write { predicate ((_, n) => n.a) } }
 membership A { predicate (.a) } }
access provider p { issuer "i"; jwks_uri "https://u"; role r; role s { predicate (.a) } }`

  it('say what the items say', () => {
    for (const item of itemsOf(EVERYTHING)) {
      const fields = itemToDocument(item)
      const again = itemFromDocument(item.kind, fields)
      expect(itemToDocument(again)).toEqual(fields)
      expect(printItem(again)).toBe(printItem(item))
    }
  })

  it('have all keys that a push writes', () => {
    const [a] = itemsOf(
      'collection A { a: Int = 3; index i { values [.a] }; unique [mva(.b)]; check k (.a) }',
    )
    expect(objectOf(Object.fromEntries(itemToDocument(a!, 'data')))).toEqual(
      objectOf({
        name: 'A',
        history_days: 0,
        indexes: objectOf({ i: objectOf({ values: [objectOf({ field: '.a', order: 'asc', mva: false })] }) }),
        constraints: [
          objectOf({ unique: [objectOf({ field: '.b', mva: true })] }),
          objectOf({ check: objectOf({ name: 'k', body: '(.a)' }) }),
        ],
        fields: objectOf({ a: objectOf({ signature: 'Int', default: '3' }) }),
        data: 'data',
      }),
    )
  })

  it('of functions', () => {
    const [f, g] = itemsOf('function f(a, b) { 42 }\nfunction g(a: Int, ...b: Int): Int { 42 }').map((i) =>
      itemToDocument(i),
    )
    expect([f?.get('body'), f?.get('signature')]).toEqual(['(a, b) => {\n  42\n}', undefined])
    expect([g?.get('body'), g?.get('signature')]).toEqual([
      '(a, ...b) => {\n  42\n}',
      '(a: Int, b: ...Int) => Int',
    ])
  })

  it('written by hand are understood', () => {
    const role = itemFromDocument(
      'role',
      document({
        name: 'r',
        privileges: objectOf({
          resource: 'A',
          actions: objectOf({ read: true, write: false, create: 'x => x.ok' }),
        }),
        membership: objectOf({ resource: 'B' }),
      }),
    )
    expect(printItem(role)).toBe(
      'role r {\n  privileges A {\n    read\n    create {\n      predicate ((x) => x.ok)\n    }\n  }\n  membership B\n}\n',
    )
    const collection = itemFromDocument(
      'collection',
      document({ name: 'C', constraints: [objectOf({ unique: ['a', '.b'] })], history_days: 0 }),
    )
    expect(printItem(collection)).toBe('collection C {\n  unique [.a, .b]\n}\n')
  })

  it('without history_days keep history for ever', () => {
    expect(printItem(itemFromDocument('collection', document({ name: 'C' })))).toBe(
      'collection C {\n  history_days 9223372036854775807\n}\n',
    )
  })

  it('of functions named like a collection get an alias', () => {
    const items = documentsToItems({
      collections: [document({ name: 'C', history_days: 0 })],
      functions: [document({ name: 'C', body: '() => 1' }), document({ name: 'CFunction', body: '_ => 1' })],
      roles: [],
      accessProviders: [],
    })
    expect(items.map(printItem).join('')).toBe(
      'collection C {\n}\n@alias(CFunctionFunction)\nfunction C() {\n  1\n}\nfunction CFunction(_) {\n  1\n}\n',
    )
  })
})

describe('files', () => {
  it('report all errors together, then names used twice', () => {
    const result = schemaFromFiles(
      files({ 'a.fsl': 'foo', 'b.fsl': 'collection A {}', 'c.fsl': '@alias(B) function A() { 1 }' }),
    )
    expect(result.ok ? [] : result.errors.map((e) => (typeof e === 'string' ? e : e.message))).toEqual([
      'Invalid schema item `foo`',
      'Duplicate collection or function `A` in c.fsl (originally seen in b.fsl)',
    ])
  })

  it('of a push replace all, or those of the same name', () => {
    const before = files({ 'a.fsl': 'collection A {}', 'b.fsl': 'collection B {}' })
    const sent = files({ 'a.fsl': 'collection C {}', 'empty.fsl': ' \n' })
    const all = planPush({ before, sent, override: true })
    const some = planPush({ before, sent, override: false })
    if (!all.ok || !some.ok) throw new Error('refused')
    expect(all.diffs.map((d) => [d.kind, d.kind !== 'modify' && d.item.name.text])).toEqual([
      ['add', 'C'],
      ['remove', 'A'],
      ['remove', 'B'],
    ])
    expect(some.diffs.map((d) => [d.kind, d.kind !== 'modify' && d.item.name.text])).toEqual([
      ['add', 'C'],
      ['remove', 'A'],
    ])
    expect([...all.files.keys()]).toEqual(['a.fsl'])
    expect([...some.files.keys()]).toEqual(['a.fsl', 'b.fsl'])
  })

  const PREAMBLE =
    '// The following schema is auto-generated.\n// This file contains FSL for FQL10-compatible schema items.\n'

  it.each<[string, Record<string, string>, string, Record<string, string>]>([
    ['nothing of nothing', {}, '', {}],
    [
      'all anew',
      {},
      'collection A {}\nrole r {}',
      { 'main.fsl': `${PREAMBLE}\ncollection A {\n}\n\nrole r {\n}\n` },
    ],
    [
      'what changed',
      { 'a.fsl': '// of A\ncollection A { } // end\n' },
      'collection A { ttl_days 2 }',
      { 'a.fsl': '// of A\ncollection A {\n  ttl_days 2\n} // end\n' },
    ],
    [
      'new items in a new main file',
      { 'a.fsl': 'collection A {}\n' },
      'collection A {}\ncollection B {}',
      { 'a.fsl': 'collection A {}\n', 'main.fsl': `${PREAMBLE}\ncollection B {\n}\n` },
    ],
    [
      'files that do not parse anew',
      { 'a.fsl': 'collection A {' },
      'collection A {}',
      { 'main.fsl': `${PREAMBLE}\ncollection A {\n}\n` },
    ],
  ])('regenerate %s', (_name, before, items, expected) => {
    expect(Object.fromEntries(regenerateFiles(files(before), itemsOf(items)))).toEqual(expected)
  })
})

describe('single items', () => {
  const stored = files({
    'a.fsl': '// free\n\n// A\ncollection A {} ;\nrole A {}\n',
    'main.fsl': 'role b {}',
  })

  it('are found with their comment', () => {
    expect(locateItem(stored, 'collection', 'A')).toMatchObject({
      file: 'a.fsl',
      content: '// A\ncollection A {} ;',
    })
    expect(locateItem(stored, 'function', 'A')).toBeUndefined()
  })

  it('are added, replaced, removed', () => {
    const found = locateItem(stored, 'collection', 'A')!
    expect([...withItemAdded(stored, 'role c {}')]).toEqual([['main.fsl', 'role b {}\n\nrole c {}']])
    expect(withItemReplaced(stored, found, 'collection B {}').get('a.fsl')).toBe(
      '// free\n\ncollection B {}\nrole A {}\n',
    )
    expect(withItemReplaced(stored, found, '').get('a.fsl')).toBe('// free\nrole A {}\n')
  })

  it.each([
    ['', 'No FSL snippet provided'],
    ['role a {} role b {}', 'Expected end-of-input'],
    ['role a {}; role b {}', 'Expected a single schema item, got: 2'],
    ['role a {}', 'Wrong FSL snippet. Expected a collection'],
  ])('refuse %s', (text, message) => {
    const result = parseSnippet(text, 'collection')
    expect(result.ok ? '' : result.errors.map((e) => (typeof e === 'string' ? e : e.message)).join()).toBe(
      message,
    )
  })
})

describe('the environment', () => {
  const underlined = (d: Diagnostic): string => d.span.source.text.slice(d.span.start, d.span.end)
  const errors = (text: string, typechecked = true) =>
    checkItems(TEST_ENVIRONMENT, itemsOf(text), { typechecked }).errors.map(
      (e) => `${e.message} @ ${underlined(e)}`,
    )

  it.each([
    ['collection A { a: Int }\nrole r { privileges A { read }\nmembership A }', []],
    ['role r { privileges Nope { read } }', ['Resource `Nope` does not exist @ Nope']],
    [
      'function f() { 1 }\nrole r { privileges f { call }\nmembership f }',
      ['Resource `f` does not exist @ f'],
    ],
    ['@alias(B) collection A {}\nrole r { privileges B { read }\nmembership Token }', []],
    [
      'access provider p { issuer "a"; jwks_uri "b"; role admin }',
      ['Builtin role `admin` is not allowed @ admin'],
    ],
    ['access provider p { issuer "a"; jwks_uri "b"; role q }', ['Role `q` does not exist @ q']],
    ['collection A { a: Nope }\nrole r { privileges Nope {} }', ['Unknown type `Nope` @ Nope']],
  ])('of %s', (text, expected) => {
    expect(errors(text)).toEqual(expected)
  })

  it('has derived type names', () => {
    const messages = derivedTypeErrors(
      [{ name: 'NullFoo', as: 'name', span: NO_SPAN }],
      ['Foo', 'NullFoo'],
      () => false,
    )
    expect(messages.map((m) => m.message)).toEqual([
      'The collection name `NullFoo` generates types that conflict with the following existing types: NullFoo',
    ])
    expect(derivedTypeErrors([{ name: 'A', as: 'alias', span: NO_SPAN }], ['A', 'B'], () => false)).toEqual(
      [],
    )
  })
})
