import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Diagnostic } from '#src/fql/errors/diagnostic.ts'
import type { SchemaItem } from '../model/items.ts'
import { parseFsl } from './parse.ts'
import { printItem } from './print.ts'

const parse = (text: string) => parseFsl({ name: 'main.fsl', text })

const itemsOf = (text: string): readonly SchemaItem[] => {
  const result = parse(text)
  if (!result.ok) throw new Error(result.errors.map((e) => e.message).join('\n'))
  return result.items
}

const underlined = (d: Diagnostic): string => d.span.source.text.slice(d.span.start, d.span.end)

/** `message @ underlined text`, hints after it. */
const errorsOf = (text: string): string[] => {
  const result = parse(text)
  if (result.ok) return []
  return result.errors.map((e) =>
    [e, ...(e.related ?? [])].map((d) => `${d.message} @ ${underlined(d)}`).join(' | '),
  )
}

describe('canonical text', () => {
  const same = [
    'collection Foo {\n}\n',
    '@alias(Bar)\ncollection Foo {\n}\n',
    'collection Foo {\n  history_days 32\n  ttl_days 33\n  document_ttls false\n}\n',
    'collection Foo {\n  index byBar {\n    terms [.bar, mva(.baz)]\n    values [desc(mva(.buz))]\n  }\n}\n',
    'collection Foo {\n  unique [.bar, mva(.baz)]\n  unique [.bar]\n}\n',
    'collection Foo {\n  compute bar: String = (doc) => doc.baaz + "quux"\n}\n',
    'collection Foo {\n  compute bar = (.a + 1)\n}\n',
    'collection Foo {\n  multiline: Int = {\n    let a = 2\n    let b = 3\n    a + b\n  }\n}\n',
    'collection Foo {\n  privileges: Int\n  function: Int\n  history_days: Int\n}\n',
    'collection Foo {\n  opt: Int?\n  many: Int? | String\n  *: Any\n}\n',
    'collection Foo {\n  a: { b: Int = 3, c: String, *: Any }\n}\n',
    'collection Foo {\n  check a ((doc) => doc.ok)\n  check b (() => 1)\n  check d (.ok)\n}\n',
    'collection Foo {\n  check c ((x, y) => {\n    let z = x + y\n    z\n  })\n}\n',
    'collection "0Foo$" {\n  index byBar {\n    terms [.[0], .["0baz"], .a["a b"][0]]\n  }\n}\n',
    'collection Foo {\n  migrations {\n    backfill .c = 3\n    drop .bar\n    move .a -> .b\n    split .a -> .b, .c\n' +
      '    add .a\n    move_conflicts .c\n    move_wildcard .c\n    add_wildcard\n  }\n}\n',
    'role Foo {\n  privileges Bar {\n    create\n    create_with_id\n    read {\n      predicate ((x) => x.baz)\n    }\n  }\n' +
      '  membership Bar\n  membership Buz {\n    predicate ((x) => x.bar)\n  }\n}\n',
    'access provider Foo {\n  issuer "bar"\n  jwks_uri "baz"\n  role Fizz\n  role Buzz {\n    predicate ((x) => x.buzz)\n  }\n}\n',
    '@alias(bar)\n@role(admin)\nfunction foo(a: Int, ...b: String): Int {\n  if (a < 0) "invalid" else b\n}\n',
    'function foo(a, b, ...c) {\n  42\n}\n',
    '@role("server-readonly")\nfunction f() {\n  1\n}\n',
  ]
  it.each(same)('%s', (text) => {
    expect(itemsOf(text).map(printItem).join('\n')).toBe(text)
  })

  it.each([
    ['collection Foo {short:Int=3}', 'collection Foo {\n  short: Int = 3\n}\n'],
    [
      'collection A { b: Int; history_days 3 }; role r {}',
      'collection A {\n  b: Int\n  history_days 3\n}\n\nrole r {\n}\n',
    ],
    [
      'collection Foo { baz: (\n Int,\n String\n)\n q: (Int) }',
      'collection Foo {\n  baz: [Int, String]\n  q: Int\n}\n',
    ],
    ['collection Foo { history_days 0 }', 'collection Foo {\n}\n'],
    [
      'collection Foo { index a { values [asc(mva(.b)), mva(desc(.c))] } }',
      'collection Foo {\n  index a {\n    values [mva(.b), desc(mva(.c))]\n  }\n}\n',
    ],
    [
      'collection A { index a { terms [] ; values [.b] } }',
      'collection A {\n  index a {\n    values [.b]\n  }\n}\n',
    ],
    [
      '@alias(b) @role(admin)\nfunction foo (a:Int):Int { 42 }',
      '@alias(b)\n@role(admin)\nfunction foo(a: Int): Int {\n  42\n}\n',
    ],
    [
      'collection "Foo" { a: Int = 1_000 ; b: Double = 1.50 }',
      'collection Foo {\n  a: Int = 1000\n  b: Double = 1.50\n}\n',
    ],
  ])('of %s', (text, canonical) => {
    expect(itemsOf(text).map(printItem).join('\n')).toBe(canonical)
  })
})

describe('spans', () => {
  const source = '// free\n\n// of A\n// still of A\ncollection A { } ;;\nrole r {};'
  const slice = (i: SchemaItem) => source.slice(i.span.start, i.span.end)

  it('cover doc comment and semicolons', () => {
    expect(itemsOf(source).map(slice)).toEqual(['// of A\n// still of A\ncollection A { } ;;', 'role r {};'])
  })

  it('end with parentheses around a type', () => {
    const text = 'collection A { a: (Int)  ; b: Int }'
    const [a] = itemsOf(text)
    expect(a?.kind === 'collection' && a.fields.map((f) => text.slice(f.span.start, f.span.end))).toEqual([
      'a: (Int)  ;',
      'b: Int',
    ])
  })
})

describe('errors', () => {
  it.each([
    ['foo', 'Invalid schema item `foo` @ foo'],
    ['foo bar', 'Invalid schema item `foo` @ foo'],
    ['index a {}', 'Invalid schema item `index` @ index'],
    ['collection 3', 'Missing required name @ collection'],
    ['collection Foo 123', 'Expected a block @ 123'],
    ['collection Foo', 'Missing required value @ collection Foo'],
    ['collection Foo {\n  foo bar\n}', 'Invalid field or member `foo` @ foo'],
    ['collection Foo {\n  index\n}', 'Missing required name @ index'],
    ['collection Foo {\n  index bar\n}', 'Missing required value @ index bar'],
    ['collection Foo {\n  index bar 3\n}', 'Expected a block @ 3'],
    ['collection Foo {\n  index bar { foo }\n}', 'Invalid member `foo` @ foo'],
    ['collection Foo { index bar { terms 3 } }', 'Expected an array of terms @ 3'],
    [
      'collection Foo { index bar { terms [.a]; terms [.b] } }',
      'Duplicate terms definition @ terms [.b] | Originally defined here @ terms [.a];',
    ],
    ['collection Foo { index "0by.$" {} }', 'Invalid identifier `0by.$` @ "0by.$"'],
    [
      'collection Foo {}\ncollection Foo {}',
      'Duplicate collection or function `Foo` @ Foo | Originally defined here @ Foo',
    ],
    ['role Foo {}\nrole Foo {}', 'Duplicate role `Foo` @ Foo | Originally defined here @ Foo'],
    [
      'collection Foo { history_days 1\n history_days 2 }',
      'Duplicate history days @ history_days 2 | Originally defined here @ history_days 1',
    ],
    [
      'collection Foo { ttl_days 1\n ttl_days 2 }',
      'Duplicate ttl days @ ttl_days 2 | Originally defined here @ ttl_days 1',
    ],
    ['collection Foo { document_ttls 1 }', 'Expected boolean literal @ 1'],
    ['collection Foo { history_days true }', 'Invalid identifier @ true'],
    ['collection Foo { history_days 1.5 }', 'Expected integer literal @ 1.5'],
    [
      '@alias(A)\n@alias(B)\ncollection Foo {}',
      'Duplicate annotation `alias` @ @alias(B) | Originally defined here @ @alias(A)',
    ],
    ['@role(A)\ncollection Foo {}', 'Annotation not supported here @ @role(A)'],
    ['@alias(A) role Foo {}', 'Annotations are not allowed here @ @alias(A)'],
    [
      '@alias(a)\ncollection c {}\nfunction a() { 0 }',
      'Duplicate collection or function `a` @ a | Originally defined here @ a',
    ],
    [
      'collection foo {}\nfunction foo() { 0 }',
      'Duplicate collection or function `foo` @ foo | Originally defined here @ foo',
    ],
    [
      'collection Foo { unique [.a, .b]\n unique [.b, .["a"]] }',
      'Duplicate unique constraint. @ [.b, .["a"]] | This unique constraint covers the same fields. @ [.a, .b]',
    ],
    ['collection Foo { unique [] }', 'Expected non-empty terms for a unique constraint @ []'],
    ['collection Foo { unique [f(.a)] }', "Expected 'mva' @ f"],
    ['collection Foo { unique [a] }', 'Invalid field path @ a'],
    ['collection Foo { index i { values [up(.a)] } }', "Expected 'asc', 'desc', or 'mva' @ up"],
    ['collection Foo { index i { values [mva(mva(.a))] } }', "Expected 'asc', 'desc', or 'mva' @ mva"],
    ['collection Foo { check ((doc) => doc.ok) }', 'Missing required name @ check'],
    ['collection Foo { check a true }', 'Expected lambda check predicate @ true'],
    ['collection Foo { check a 1 }', 'Expected lambda check predicate @ 1'],
    ['collection Foo { check a (x) => 1 }', 'Expected lambda check predicate @ (x) => 1'],
    ['collection Foo { a = 3 }', 'Expected a type signature @ a = 3'],
    ['collection Foo { *: Any = 3 }', 'No default allowed for wildcard field @ 3'],
    ['collection Foo { compute a }', 'Computed fields require a value @ compute '],
    ['collection Foo { compute a = 3 }', 'Expected lambda @ 3'],
    ['collection Foo { compute a = .b }', 'Invalid anonymous field access @ .b'],
    ['collection Foo { ttl: Int }', 'Invalid reserved name `ttl` @ ttl'],
    [
      'collection Foo { a: Int; compute a = (_ => 1) }',
      'Duplicate field `a` @ a | Originally defined here @ a',
    ],
    ['collection Foo { migrations "i am named" { add .a } }', 'Name is not allowed here @ "i am named"'],
    ['collection Foo { migrations {} }', 'Empty migration blocks are not allowed @ migrations {}'],
    ['collection Foo { migrations 3 }', 'Expected a migration block @ 3'],
    ['collection Foo { migrations { a: Int } }', 'Only migrations are allowed in migration blocks @ a: Int'],
    [
      'collection Foo { migrations { split .x -> .y } }',
      'Expected at least two fields to split into @ split .x -> .y',
    ],
    [
      'collection Foo { migrations { split .x -> .y, .z, .y } }',
      'Expected list of fields with no duplicates @ .y, .z, .y',
    ],
    ['collection Foo { migrations { add .a[0] } }', 'Cannot index into an item in a migration path @ 0'],
    ['role Foo { privileges Bar { create { predicate 42 } } }', 'Expected lambda predicate @ 42'],
    ['role Foo { privileges Bar { create {} } }', 'Expected a single predicate member @ {}'],
    ['role Foo { privileges Bar { create { read } } }', 'Expecting a predicate @ read'],
    ['role Foo { privileges Bar { fly } }', 'Invalid action `fly` @ fly'],
    [
      'role Foo { privileges A { read; read } }',
      'Duplicate action `read` @ read | Originally defined here @ read',
    ],
    ['role Foo { index a {} }', 'Invalid member `index` @ index'],
    ['access provider A { issuer "a" }', 'Missing jwks uri @ { issuer "a" }'],
    ['access provider A { issuer 1; jwks_uri "b" }', 'Expected string literal @ 1'],
    [
      'access provider A { issuer "#{1}"; jwks_uri "b" }',
      'Cannot interpolate values in a string literal @ 1',
    ],
    [
      'function f(x): Int { x }',
      'Return type is not allowed when arguments do not have a type @ Int | Expecting no types due to this argument not having a type @ x',
    ],
    [
      'function f(x: Int) { x }',
      'Return type is required when arguments have a type @ ) | Expecting types due to this type annotation @ Int',
    ],
    [
      'function f(x: Int, ...y): Int { x }',
      'All or no arguments must have a type @ y | Expecting types due to this type annotation @ Int',
    ],
    [
      'function foo(\n ...y: Int,\n z: Int\n) {\n x\n}',
      'Variadic argument must be the last argument. @ ...y: Int',
    ],
    ['function f() { 2... }', 'Expected a function definition @ () { 2... }'],
    ['function foo() bar', 'Expected a function definition @ () bar'],
    [
      'function f() { let a = 1 }',
      'Missing return expression @ } | Statement does not return a value @ let a = 1',
    ],
    // Syntax errors.
    ['terms: [.bar]', 'Expected `,` or `]` @ .'],
    ['terms [.]', 'Expected `]` or expression @ .'],
    ['function ()', 'Expected name @ ('],
    ['function foo(bar baz)', 'Expected `)`, `,`, or a type annotation @ b'],
    ['function foo(\n x: Int,\n z: Int\n ...y: Int\n) {\n x\n}', 'Expected `)` @ .'],
    ['access foo', 'Expected provider @ f'],
    ['access provider foo', 'Expected expression @ '],
    ['backfill .foo', 'Expected `=` @ '],
    ['backfill .foo =', 'Expected expression @ '],
    ['drop', 'Expected expression @ '],
    ['split .foo', 'Expected `->` @ '],
    ['move .foo ->', 'Expected expression @ '],
    ['collection foo { foo(]} }', 'Expected end-of-input @ }'],
    ['collection Foo { nested: { foo: Int,,\n bar: String } }', 'Expected `}` @ ,'],
    ['collection A { a: Int b }', 'Expected `=` or `}` @ b'],
    ['}', 'Expected end-of-input @ }'],
  ])('of %s', (text, error) => {
    expect(errorsOf(text)).toEqual([error])
  })

  it.each([
    ['{ b: Int = 3 } = 4', 'Parent has a conflicting default value @ 4'],
    ['{ b: Int = 3 }?', 'Parent is nullable @ ?'],
    ['{ b: Int = 3 } | Int', 'Parent is a union @ { b: Int = 3 } | Int'],
    ['Array<{ b: Int = 3 }>', 'Parent is not an object @ Array<{ b: Int = 3 }>'],
  ])('of a default inside %s', (type, hint) => {
    expect(errorsOf(`collection A { a: ${type} }`)).toEqual([
      `Default values are not allowed here @ 3 | ${hint}`,
    ])
  })

  it('are reported together', () => {
    expect(errorsOf('collection A { x y\n index 3 }\nfoo')).toEqual([
      'Invalid field or member `x` @ x',
      'Missing required name @ index',
      'Invalid schema item `foo` @ foo',
    ])
  })
})

describe('hostile text', () => {
  it.each([
    ['blocks', 'a {'.repeat(100_000)],
    ['members', 'collection A {'.repeat(100_000)],
    ['types', `collection A { a: ${'{ a: '.repeat(100_000)}`],
    ['expressions', `collection A { a: Int = ${'('.repeat(100_000)}`],
    ['comments', '/*'.repeat(100_000)],
    ['annotations', '@alias(a)'.repeat(100_000)],
  ])('of deep %s is refused', (_name, text) => {
    expect(parse(text).ok).toBe(false)
  })

  it('is read in linear time', () => {
    // Quadratic reading would run into the test's time limit.
    const result = parse('function f() {<<-E\n}\n'.repeat(20_000))
    expect(result.ok).toBe(false)
  })

  it('any text gives a result', () => {
    const piece = fc.constantFrom(
      'collection',
      ' A ',
      '{',
      '}',
      'a: Int',
      '\n',
      ';',
      '//x\n',
      '/*',
      '*/',
      '"',
      'check',
      '=',
      '(',
      ')',
      'index',
      '[.a]',
      'role',
      '@alias(b)',
      '.a',
      'compute',
      'if',
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const result = parse(pieces.join(' '))
        expect(result.ok || result.errors.length > 0).toBe(true)
      }),
      { numRuns: 2000 },
    )
  })
})
