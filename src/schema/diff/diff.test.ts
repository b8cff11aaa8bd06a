import { describe, expect, it } from 'vitest'
import { schemaFromFiles } from '../source/parse-files.ts'
import { diffItems, type Rename } from './diff.ts'
import { patchFiles } from './patch.ts'
import { renderSemantic, renderSummary, renderTextual } from './render.ts'

type Texts = Readonly<Record<string, string>>
const files = (texts: string | Texts) =>
  new Map(Object.entries(typeof texts === 'string' ? { 'main.fsl': texts } : texts))

const items = (texts: string | Texts) => {
  const parsed = schemaFromFiles(files(texts))
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors))
  return parsed.items
}

const diff = (before: string | Texts, after: string | Texts, renames: Rename[] = []) =>
  diffItems(items(before), items(after), renames)

const patch = (before: string | Texts, after: string | Texts, renames: Rename[] = []) =>
  Object.fromEntries(patchFiles('main.fsl', files(before), diff(before, after, renames)))

describe('semantic diff', () => {
  it.each([
    ['nothing', 'collection A { a: Int=3 }', 'collection A {\n  a :  Int  =  3\n  history_days 0 }', ''],
    ['implicit wildcard', 'collection Foo {}', 'collection Foo { *: Any }', ''],
    ['an addition', '', 'collection Foo {\n}\n', '* Adding collection `Foo` to main.fsl:1:1\n\n'],
    ['a removal', 'collection Foo {\n}\n', '', '* Removing collection `Foo` from main.fsl:1:1\n\n'],
    [
      'fields only',
      '',
      'collection Foo { a: Int }',
      '* Adding collection `Foo` to main.fsl:1:1:\n  No semantic changes.\n\n',
    ],
    [
      'an alias',
      '@alias(Bar)\ncollection Foo {}',
      '@alias(Baz)\ncollection Foo {}',
      '* Modifying collection `Foo` at main.fsl:1:1:\n  * Configuration:\n  ~ change alias set to Bar\n\n',
    ],
    [
      'history days from 0',
      'collection Foo { history_days 0 }',
      'collection Foo { history_days 42 }',
      '* Modifying collection `Foo` at main.fsl:1:1:\n  * Configuration:\n  ~ change history_days from 0 to 42\n\n',
    ],
    [
      'new history days',
      'collection Foo {}',
      'collection Foo { history_days 42 }',
      '* Modifying collection `Foo` at main.fsl:1:1:\n  * Configuration:\n  + add history_days set to 42\n\n',
    ],
    [
      'a unique constraint',
      'collection Foo { unique [.bar] }',
      'collection Foo { unique [.bar, mva(.baz)] }',
      '* Modifying collection `Foo` at main.fsl:1:1:\n  * Constraints:\n' +
        '  + add unique constraint on [.bar, mva(.baz)]\n  - remove unique constraint on [.bar]\n\n',
    ],
    [
      'an index',
      'collection Foo { index byBar { terms [.bar] } }',
      'collection Foo { index byBar { terms [.bar, .baz]; values [desc(.a)] } }',
      '* Modifying collection `Foo` at main.fsl:1:1:\n  * Indexes:\n  ~ change index `byBar`\n' +
        '    + add values set to [desc(.a)]\n    ~ change terms from [.bar] to [.bar, .baz]\n\n',
    ],
    [
      'a default',
      'collection Foo { a: Int = 3 }',
      'collection Foo { a: Int }',
      '* Modifying collection `Foo` at main.fsl:1:1:\n  * Configuration:\n  - remove default value from field `.a`\n\n',
    ],
    [
      'predicates',
      'role Foo { privileges Bar { read; write { predicate (x => x.a) } } membership Bar }'.replace(
        '} membership',
        '}\nmembership',
      ),
      'role Foo { privileges Bar { read { predicate (x => x.a) }; write }\nmembership Bar { predicate (x => true) } }',
      '* Modifying role `Foo` at main.fsl:1:1:\n  ~ change privileges on `Bar`\n    ~ change read by adding a predicate\n' +
        '    ~ change write by removing a predicate\n  ~ change membership on `Bar` by adding a predicate\n\n',
    ],
    [
      'a function',
      'function f(a) { 1 }',
      '@role(admin)\nfunction f(b) { 2 }',
      '* Modifying function `f` at main.fsl:1:1:\n  + add role set to admin\n  ~ change signature\n  ~ change body\n\n',
    ],
    [
      'several kinds of change',
      'collection Foo {\n history_days 10\n index byBar { terms [.bar] }\n check ok ((doc) => doc.ok)\n check cool ((doc) => doc.colo)\n}',
      '@alias(Bar)\ncollection Foo {\n compute floof: Int = (doc => 1)\n index byBuz { terms [.bar] }\n' +
        ' unique [mva(.bar)]\n check notok ((doc) => !doc.ok)\n check cool ((doc) => doc.cool)\n history_days 0\n ttl_days 10\n}',
      `* Modifying collection \`Foo\` at main.fsl:1:1:
  * Computed fields:
  + add computed field \`floof\`

  * Indexes:
  + add index \`byBuz\`
  - remove index \`byBar\`

  * Constraints:
  + add unique constraint on [mva(.bar)]
  + add check constraint \`notok\`
  - remove check constraint \`ok\`
  ~ change check constraint \`cool\` body

  * Configuration:
  + add alias set to Bar
  + add ttl_days set to 10
  ~ change history_days from 10 to 0

`,
    ],
  ])('of %s', (_name, before, after, expected) => {
    expect(renderSemantic(diff(before, after))).toBe(expected)
  })

  it('tells where a changed item was before', () => {
    const text = renderSemantic(
      diff({ 'old.fsl': 'collection B {}' }, { 'main.fsl': '\ncollection B { ttl_days 1 }' }),
    )
    expect(text).toContain(
      '* Modifying collection `B` at main.fsl:2:1 (previously defined at old.fsl:1:1):\n',
    )
  })

  it('says nothing of a pure move', () => {
    expect(diff({ 'a.fsl': 'collection B {}' }, { 'b.fsl': 'collection B {}' })).toEqual([])
  })

  it('knows renames', () => {
    const renames = [{ kind: 'collection', from: 'A', to: 'B' }] as const
    expect(renderSemantic(diff('collection A {}', 'collection B {}', [...renames]))).toBe(
      '* Modifying collection `A` at main.fsl:1:1:\n  * Configuration:\n  ~ rename to `B`\n\n',
    )
  })

  it('colours lines', () => {
    const text = renderSemantic(diff('', 'collection Foo { ttl_days 1 }'), { color: true })
    expect(text).toBe(
      '\u001b[1;34m* Adding collection `Foo`\u001b[0m to main.fsl:1:1:\n  * Configuration:\n' +
        '\u001b[32m  + add ttl_days set to 1\u001b[0m\n\n',
    )
  })
})

describe('summary', () => {
  it('is ordered by kind of change, kind and name', () => {
    const before = 'collection C { }\nrole z {}\ncollection Gone {}'
    const after = 'collection C { ttl_days 2 }\nfunction f() { 1 }\ncollection B {}\ncollection A {}'
    expect(renderSummary(diff(before, after))).toBe(
      [
        '* Adding collection `A` to main.fsl:4:1',
        '* Adding collection `B` to main.fsl:3:1',
        '* Adding function `f` to main.fsl:2:1',
        '* Removing collection `Gone` from main.fsl:3:1',
        '* Removing role `z` from main.fsl:2:1',
        '* Modifying collection `C` at main.fsl:1:1',
        '',
      ].join('\n'),
    )
  })
})

describe('textual diff', () => {
  const fields = (names: string): string => [...names].map((n) => `  ${n}: String\n`).join('')
  const collection = (names: string): string => `collection Foo {\n${fields(names)}}\n`
  const textual = (before: string, after: string) => renderTextual(files(before), files(after))

  it('joins changes that are near', () => {
    expect(textual(collection('abcdefghijk'), collection('abcdXfYhijk'))).toBe(
      `main.fsl\n@ line 3 to 11\n${['b', 'c', 'd'].map((n) => `    ${n}: String\n`).join('')}` +
        '-   e: String\n+   X: String\n    f: String\n-   g: String\n+   Y: String\n' +
        ['h', 'i', 'j'].map((n) => `    ${n}: String\n`).join(''),
    )
  })

  it('splits where seven lines are the same, and counts lines of the new text', () => {
    expect(textual(collection('abcdefghij'), collection('abBcdefghiX'))).toBe(`main.fsl
@ line 1 to 7
  collection Foo {
    a: String
    b: String
+   B: String
    c: String
    d: String
    e: String
@ line 9 to 13
    g: String
    h: String
    i: String
-   j: String
+   X: String
  }
`)
  })

  it('shows removed lines', () => {
    expect(textual(collection('abcdefghi'), collection('abdefghi'))).toBe(
      'main.fsl\n@ line 1 to 6\n  collection Foo {\n    a: String\n    b: String\n-   c: String\n' +
        '    d: String\n    e: String\n    f: String\n',
    )
  })

  it('lists files by name', () => {
    const before = files({ 'b.fsl': 'x', 'c.fsl': 'same' })
    const after = files({ 'a.fsl': 'y', 'c.fsl': 'same' })
    expect(renderTextual(before, after)).toBe('a.fsl\n@ line 1 to 1\n+ y\n\nb.fsl\n@ line 1 to 1\n- x\n')
  })
})

describe('patching text', () => {
  const BEFORE = `// before collection Foo
collection Foo { // after Foo's open brace
  // inside collection Foo
  /* before history_days */ history_days 10 /* after history_days */
  /* before ttl_days */ ttl_days 5 /* after ttl_days */
} // after Foo's close brace
// after collection Foo
`
  it.each([
    [
      'appends items',
      '// start of main.fsl',
      'collection Foo {}',
      '// start of main.fsl\n\ncollection Foo {\n}\n',
    ],
    ['starts a file', '', 'collection Foo {}', 'collection Foo {\n}\n'],
    [
      'adds no second blank line',
      'role a {}\n',
      'role a {}\ncollection Foo {}',
      'role a {}\n\ncollection Foo {\n}\n',
    ],
    [
      'cuts items with their comment',
      '// free\n\n// of Foo\ncollection Foo {\n  // inside\n} // after\n// end\n',
      '',
      '// free\n\n// after\n// end\n',
    ],
    [
      'changes a value in place',
      BEFORE,
      'collection Foo { history_days 42; ttl_days 5 }',
      BEFORE.replace('10', '42'),
    ],
    ['removes members', BEFORE, 'collection Foo { history_days 10 }', BEFORE.replace('ttl_days 5 /*', '/*')],
    [
      'removes whole lines',
      'collection Foo {\n  history_days 10\n  ttl_days 5;\n} // x\n',
      'collection Foo { history_days 10 }',
      'collection Foo {\n  history_days 10\n} // x\n',
    ],
    [
      'adds members before the closing brace, the last first',
      'collection Foo { // after\n  // inside\n} // after\n',
      'collection Foo { history_days 10; ttl_days 5 }',
      'collection Foo { // after\n  // inside\n  history_days 10\n  ttl_days 5\n} // after\n',
    ],
    [
      'adds to an empty block',
      'collection Foo {\n  index byBar {}\n}\n',
      'collection Foo { index byBar { terms [.bar]; values [.bar, .ts] } }',
      'collection Foo {\n  index byBar {\n    values [.bar, .ts]\n    terms [.bar]\n  }\n}\n',
    ],
    [
      'adds and removes predicates',
      'role Foo {\n  privileges Bar {\n    read\n    write {\n      predicate (x => x.baz)\n    }\n  }\n}\n',
      'role Foo { privileges Bar { read { predicate (x => x.fizz) }; write } }',
      'role Foo {\n  privileges Bar {\n    read {\n      predicate ((x) => x.fizz)\n    }\n    write\n  }\n}\n',
    ],
    [
      'adds annotations after the doc comment',
      '// doc\n/* before */ function foo() { 42 }\n',
      '@alias(bar) @role(baz) function foo() { 42 }',
      '// doc\n/* before */\n@role(baz)\n@alias(bar)\nfunction foo() { 42 }\n',
    ],
    [
      'removes annotations',
      '/* a */ @alias(Bar) /* b */\ncollection Foo {}\n',
      'collection Foo {}',
      '/* a */ /* b */\ncollection Foo {}\n',
    ],
    [
      'changes signature and body apart',
      'function foo /* a */ () /* b */ { 42 } /* c */\n',
      'function foo(x: Int): Int { 44 }',
      'function foo /* a */ (x: Int): Int /* b */ {\n  44\n} /* c */\n',
    ],
    [
      'changes types and defaults',
      'collection Foo {\n  a: Int = 3\n  b: String /* b */\n  compute c: Int = (_ => 3)\n}\n',
      'collection Foo { a: Int; b: Int = 4; compute c: String = (_ => 4) }',
      'collection Foo {\n  a: Int\n  b: Int = 4 /* b */\n  compute c: String = ((_) => 4)\n}\n',
    ],
    [
      'rewrites the migrations',
      'collection Foo {\n  a: Int\n  migrations {\n    add .a\n  }\n}\n',
      'collection Foo {\n  a: Int\n  migrations { add .a\n backfill .a = 3 }\n}\n',
      'collection Foo {\n  a: Int\n  migrations {\n    add .a\n    backfill .a = 3\n  }\n}\n',
    ],
    [
      'adds fields',
      'collection Foo {\n  a: Int\n}\n',
      'collection Foo { a: Int; b: String = "x" }',
      'collection Foo {\n  a: Int\n  b: String = "x"\n}\n',
    ],
    [
      'opens a collection',
      'collection Foo {\n  a: Int\n}\n',
      'collection Foo { }',
      'collection Foo {\n  *: Any\n}\n',
    ],
  ])('%s', (_name, before, after, expected) => {
    expect(patch(before, after)).toEqual({ 'main.fsl': expected })
  })

  it('renames in place', () => {
    const renames = [{ kind: 'collection', from: 'Foo', to: 'Bar' }] as const
    expect(patch('collection /* a */ Foo /* b */ {}', 'collection Bar {}', [...renames])).toEqual({
      'main.fsl': 'collection /* a */ Bar /* b */ {}',
    })
  })
})
