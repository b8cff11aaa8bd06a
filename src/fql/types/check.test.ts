import { describe, expect, test } from 'vitest'
import { TEST_ENVIRONMENT } from '#src/fql/types/test-environment.ts'
import { check, lines, outcome } from '#src/fql/types/test-support.ts'
import { literal, named, record, type Type, tuple } from '#src/fql/types/type.ts'

/** Expression → static type. */
const TYPES: Record<string, readonly (readonly [string, string])[]> = {
  literals: [
    ['1', '1'],
    ['-5', '-5'],
    ['99999999999999999999', '99999999999999999999'],
    ['1.5', '1.5'],
    ['1e3', '1E+3'],
    ['2.50', '2.50'],
    ['0.0000001', '1E-7'],
    ['"a"', '"a"'],
    ['\'say "x"\'', '"say \\"x\\""'],
    ['true', 'true'],
    ['null', 'Null'],
    ['"n #{1 + 1}"', 'String'],
  ],
  containers: [
    ['[1, "a"]', '[1, "a"]'],
    ['[]', '[]'],
    ['(1)', '1'],
    ['(1, 2)', '[1, 2]'],
    ['{}', '{}'],
    ['{ a: 1, "b c": [2], if: 3 }', '{ a: 1, "b c": [2], "if": 3 }'],
    ['[{ a: 1 }, { b: 2 }]', '[{ a: 1 }, { b: 2 }]'],
  ],
  operators: [
    ['1 + 1', 'Number'],
    ['"a" + "b"', 'String'],
    ['-(1)', 'Number'],
    ['!true', 'Boolean'],
    ['1 < "a"', 'Boolean'],
    ['true && false || true', 'Boolean'],
    ['1.nope isa Int', 'Boolean'],
    ['1 ?? 2', '2 | 1'],
    ['null ?? 1', '1'],
    ['unknown + 1', 'Number'],
    ['let a: Any = 1; a + a', 'Number & String'],
  ],
  conditions: [
    ['if (true) 3', 'Null'],
    ['if (true) 3 else 4', '3 | 4'],
    ['if (1 < 2) true else false', 'Boolean'],
    ['if (true) 1 else if (true) "a" else null', '1 | "a" | Null'],
    ['if (unknown) { a: 1 } else { a: 2, b: 3 }', '{ a: 1 | 2 }'],
    ['if (true) 1 + 1 else 3', 'Number'],
    ['at (Time.now()) Book.all()', 'Set<Book>'],
  ],
  fields: [
    ['{ a: 1 }.a', '1'],
    ['"abc".length', 'Number'],
    ['{ a: 1, b: "s" }["a"]', '1'],
    ['let k = "a"; { a: 1, b: "s" }[k]', '1 | "s" | Null'],
    ['[1, "a"][1]', '"a"'],
    ['let i = 0; [1, "a"][i]', '1 | "a"'],
    ['[1][4]', 'Never'],
    ['"abc"[0]', 'String'],
    ['unknown.a.b(1)[2]', 'Any'],
    ['Object.fromEntries([["a", 1]]).zzz', '1 | Null'],
  ],
  functions: [
    ['x => x', 'A => A'],
    ['_ => 1', 'Any => 1'],
    ['() => 1', '() => 1'],
    ['(a, b) => a', '(A, Any) => A'],
    ['(...r) => r', '(...A) => Array<A>'],
    ['x => y => x', 'A => Any => A'],
    ['f => f(1)', '(1 => A) => A'],
    ['(.name)', '{ name: A, ... } => A'],
    ['x => x.a * x.b.length', '{ a: Number, b: { length: Number, ... }, ... } => Number'],
    ['(a, b) => a + b', '((Number, Number) => Number) & ((String, String) => String)'],
    ['x => x * 2', 'Number => Number'],
    ['x => x!', 'A => A - Null'],
    ['x => x ?? 1', 'A => 1 | (A - Null)'],
    ['x => x { a }', '.{ { a: A, ... } => { a: A } } => B => B'],
    ['(x => x)(1)', '1'],
    ['x => x(x)', 'A & (A => B) => B'],
    ['Math.abs', '(x: Number) => Number'],
    ['same', 'UserFunction<A => A>'],
    ['twice', 'UserFunction<(x: Number) => Number>'],
    ['twice.definition', 'FunctionDef'],
    ['[1].map(twice)', 'Array<Number>'],
    ['same("a")', '"a"'],
    ['either(true)', 'Boolean'],
    ['either(if (unknown) 1 else true)', 'Number | Boolean'],
    ['x => either(x)', '(Number => Number) & (Boolean => Boolean)'],
    ['(f => f(1))(either)', 'Number'],
    ['abort(0)', 'Never'],
    ['log(1, "a")', 'Null'],
    ['dbg({ a: 1 })', '{ a: 1 }'],
  ],
  let: [
    ['let id = x => x; { a: id(1), b: id("z") }', '{ a: 1, b: "z" }'],
    ['let add = (a, b) => a + b; [add(1, 2), add("a", "b")]', '[Number, String]'],
    ['let f = y => { let g = x => y(x); [g(0), g(1)] }; f(x => x)', '[0 | 1, 0 | 1]'],
    ['let Math = { abs: 3 }; Math.abs', '3'],
    ['let v: Int | String = "x"; v', 'Int | String'],
    ['let v: Int? = null; v', 'Int | Null'],
    ['let f: A => A = x => x; [f(1), f("a")]', '[1, "a"]'],
    ['let n: number = 1; n', 'Any'],
    ['let a: Array<_> = [1]; a', 'Array<1>'],
    ['let o: { a: 1, ... } = { a: 1, b: 2 }; o.a', '1'],
    ['let s: Stream<Book> = Book.all().toStream(); s', 'Stream<Book>'],
    ['let a: Any = { k: 1 }; a.k', 'Any'],
    ['let f: (a: Array<T>, g: T => U) => Array<U> = (a, g) => a.map(g); f([1], x => x + 1)', 'Array<Number>'],
  ],
  arrays: [
    ['[1, 2].map(x => x + 1)', 'Array<Number>'],
    ['["a", "bc"].map(.length)', 'Array<Number>'],
    ['[1, 2].where(x => x > 1)', 'Array<1 | 2>'],
    ['[1, 2].reduce((a, b) => a + b)', 'Number | Null'],
    ['["a"].reduce((a, b) => a + b)', 'String | Null'],
    ['["a"].fold(1, (n, s) => n + s.length)', 'Number'],
    ['[1].fold([], (all, x) => all.concat([x]))', 'Array<1> | []'],
    ['[1].fold([], (all, x) => all.append(x))', 'Array<1> | []'],
    ['["a"].flatMap(x => [x.length, 0])', 'Array<Number>'],
    ['[{ a: 1 }].order(.a, desc(.a))', 'Array<{ a: 1 }>'],
    ['[[1, "a"]].map(e => e[0])', 'Array<1>'],
    ['[1].first()', '1 | Null'],
    ['[if (true) 1 else null].map(x => x! + 1)', 'Array<Number>'],
    ['[1].forEach(x => log(x))', 'Null'],
    ['Math.sum([1, 2])', 'Number'],
    ['[1].toSet().concat([""].toSet())', 'Set<1 | "">'],
  ],
  objects: [
    ['Object.assign({ a: 1 }, { b: "x" })', '{ *: 1 | "x" }'],
    ['Object.entries({ a: 1 }).map(e => e[0])', 'Array<String>'],
    ['Object.keys(Book.byId(1))', 'Array<String>'],
    ['Object.values(Author.byId(1)!)', 'Array<ID | Time | String | Null>'],
  ],
  projection: [
    ['({ a: 1, b: 2 }) { a }', '{ a: 1 }'],
    ['({ a: 1, b: { c: 2 } }) { sum: .a + .b.c, b { c } }', '{ sum: Number, b: { c: 2 } }'],
    ['[{ a: 1, b: 2 }] { a }', 'Array<{ a: 1 }>'],
    ['null { a }', 'Null'],
    ['unknown { a }', 'Any'],
    ['Book.all() { title, author { name } }', 'Set<{ title: String, author: { name: String } | Null }>'],
    ['Book.byId(1) { id }', '{ id: ID } | Null'],
    ['Book.byId(1)! { id }', '{ id: ID }'],
    ['Book.all().toStream() { title }', 'EventSource<{ title: String }>'],
  ],
  documents: [
    ['Book', 'BookCollection'],
    ['Book.byId(1)', 'Ref<Book>'],
    ['Book("1")', 'Ref<Book>'],
    ['Writer.byId(1)', 'Ref<Writer>'],
    ['Book.all()', 'Set<Book>'],
    ['Book.all({ from: 1 })', 'Set<Book>'],
    ['Book.all().first()', 'Book | Null'],
    ['Book.all().first()?.id', 'ID | Null'],
    ['Book.byId(1)!', 'Book'],
    ['Book.byId(1).exists()', 'Boolean'],
    ['Book.byId(1)!.exists()', 'true'],
    ['Book.byId(1)?.title', 'String | Null'],
    ['Book.byId(1)!.pages', 'Number | Null'],
    ['Book.byId(1)!.author!.name', 'String'],
    ['Book.byId(1)!.label', 'String'],
    ['Book.byId(1)!["title"]', 'String'],
    ['Book.byId(1)!.update({ pages: 3 })', 'Book'],
    ['Book.byId(1)!.delete()', 'NullBook'],
    ['Book.byId(1)?.update({})', 'Book | Null'],
    ['Book.byTitle("a").map(.title)', 'Set<String>'],
    ['Book.byTag("x", { from: 1 })', 'Set<Book>'],
    [
      'Book.byTitle',
      '((term1: String) => Set<Book>) & ((term1: String, range: { from: Any } | { to: Any } | { from: Any, to: Any }) => Set<Book>)',
    ],
    [
      'Book.create',
      '(data: { id: ID | Null, title: String, pages: Number | Null, author: Ref<Author>, tags: Array<String> }) => Book',
    ],
    ['Book.where(.pages > 3).map(.author!.name)', 'Set<String>'],
    ['Book.create({ title: "a", author: Author.byId(1)!, tags: [] }).id', 'ID'],
    ['Book.create({ title: "a", author: Author(1), tags: ["x"], pages: null })', 'Book'],
    ['Book.all().order(desc(.title)).paginate(3).data.map(.title)', 'Array<String>'],
    ['Pond.create({ a: 1, b: ["x"] }).a', 'Any'],
    ['Pond.create({ id: 1, ttl: null })', 'Pond'],
    ['Pond.byKind(1) { depth }', 'Set<{ depth: Any }>'],
    ['let b: Ref<Book> = Book.byId(1); let c: Book | NullBook = b; c', 'Book | NullBook'],
    ['Book.definition', 'CollectionDef'],
    ['(x => x!)(Book.byId(1))', 'Book'],
  ],
  optional: [
    ['{ x: { y: 1 } }?.x.y', '1 | Null'],
    ['{ x: { y: 1 } }?.x?.y!', '1'],
    ['null?.a.b[0].c(1)', 'Null'],
    ['{ f: null }.f?.()', 'Null'],
    ['[1]?.[0]', '1 | Null'],
    ['null!', 'Never'],
  ],
}

describe.each(Object.entries(TYPES))('types of %s', (_, cases) => {
  test.each(cases)('%s', (text, type) => expect(outcome(text)).toBe(type))
})

/** Expression → errors, with what is underlined behind `@`. */
const ERRORS: readonly (readonly [string, string])[] = [
  ["1 + 'a'", "error: Type `String` is not a subtype of `Number` @'a'"],
  ["'a' + 1", 'error: Type `Int` is not a subtype of `String` @1'],
  ["'a' + true", 'error: Type `Boolean` is not a subtype of `String | Number` @true'],
  ['true || 3', 'error: Type `Int` is not a subtype of `Boolean` @3'],
  ['if (1) 2', 'error: Type `Int` is not a subtype of `Boolean` @1'],
  ['1.x', 'error: Type `Int` does not have field `x` @x'],
  [
    "{ a: 1.x, b: 's'.y }",
    'error: Type `Int` does not have field `x` @x\nerror: Type `String` does not have field `y` @y',
  ],
  [
    '[1.x].y',
    'error: Type `Int` does not have field `x` @x\nerror: Type `Array<_>` does not have field `y` @y',
  ],
  ['{ a: 1 }.b', 'error: Type `{ a: 1 }` does not have field `b` @b'],
  ['let a = 3\na.x', 'error: Type `Int` does not have field `x` @x\n  hint: Type `Int` inferred here @3'],
  [
    'let v = null\nv.x',
    'error: Type `Null` does not have field `x` @x\n  hint: Type `Null` inferred here @null\n  hint: Use the ! or ?. operator to handle the null case @ +!',
  ],
  [
    '(if (true) 3 else null).x',
    [
      'error: Type `3 | Null` is not a subtype of `{ x: Any, ... }` @(if (true) 3 else null)',
      '  cause: Type `Int` does not have field `x` @x',
      '  hint: Type `Int` inferred here @3',
      '  cause: Type `Null` does not have field `x` @x',
      '  hint: Type `Null` inferred here @null',
      '  hint: Use the ! or ?. operator to handle the null case @ +!',
    ].join('\n'),
  ],
  [
    'Book.byId(1).title',
    'error: Type `Null` does not have field `title` @title\n  hint: Use the ! or ?. operator to handle the null case @ +!',
  ],
  ['nope', 'error: Unbound variable `nope` @nope'],
  [
    '1(2)',
    'error: Type `Int` cannot be used as a function @1\n  hint: `Int` is used as a function here @(2)',
  ],
  [
    'Math(3)',
    'error: Type `MathModule` cannot be used as a function @Math\n  hint: `MathModule` is used as a function here @(3)',
  ],
  ['[].map(true)', 'error: Type `Boolean` cannot be used as a function @true'],
  ['(x => x)(1, 2)', 'error: Function was called with too many arguments. Expected 1, received 2 @(1, 2)'],
  ['twice()', 'error: Function was not called with enough arguments. Expected 1, received 0 @()'],
  [
    '[1].reduce(() => 1)',
    'error: Function was called with too many arguments. Expected 0, received 2 @() => 1',
  ],
  ["{}['a', 'b']", "error: Function was called with too many arguments. Expected 1, received 2 @['a', 'b']"],
  [
    "Object.fromEntries([['a']])",
    "error: Tuple does not contain enough elements. Expected 2, received 1 @['a']",
  ],
  ['[1, 2][-1]', 'error: Index -1 out of bounds for length 2 @-1'],
  ["{}['a']", "error: Type `{}` does not have field `a` @'a'"],
  ['{}[1]', 'error: Type `Int` is not a subtype of `String` @1'],
  ['true[1]', 'error: Cannot use `[]` operator with type `Boolean` @[1]'],
  ['[3].toSet().concat([3, 4])', 'error: Type `[3, 4]` is not a subtype of `Set<Any>` @[3, 4]'],
  [
    "pick('green')",
    'error: Type `"green"` is not a subtype of `"red" | "blue"` @\'green\'\n  cause: `"green"` is not the value `"blue"` @\'green\'\n  cause: `"green"` is not the value `"red"` @\'green\'',
  ],
  ['at (5) 1', 'error: Type `Int` is not a subtype of `TransactionTime | Time` @5'],
  ['Pond.create({ id: { x: 1 } })', 'error: Type `{ x: 1 }` is not a subtype of `Null | ID` @{ x: 1 }'],
  ['Pond.create({ data: { a: 0 } })', 'error: Type `{ a: 0 }` is not a subtype of `Null` @{ a: 0 }'],
  ['Author.create({ name: 5 })', 'error: Type `Int` is not a subtype of `String` @5'],
  ['Author.create({})', 'error: Type `{}` does not have field `name` @{}'],
  [
    "Author.create({ name: 'a', x: 1 })",
    'error: Type `{ name: "a", x: 1 }` contains extra field `x` @{ name: \'a\', x: 1 }',
  ],
  ['Author.create(3)', 'error: Type `Int` is not a subtype of `{ id: ID | Null, name: String }` @3'],
  [
    'Author.create({ name: 1, x: 2 })',
    [
      'error: Type `{ name: 1, x: 2 }` is not a subtype of `{ id: ID | Null, name: String }` @{ name: 1, x: 2 }',
      '  cause: Type `{ name: 1, x: 2 }` contains extra field `x` @{ name: 1, x: 2 }',
      '  cause: Type `Int` is not a subtype of `String` @1',
    ].join('\n'),
  ],
  ['Author.byNaem(1)', 'error: Type `AuthorCollection` does not have field `byNaem` @byNaem'],
  [
    'Author.all().first()!.nope',
    'error: Type `{ id: ID, ts: Time, ttl: Time | Null, name: String }` does not have field `nope` @nope',
  ],
  [
    'Author.byId(1) { name, nope }',
    'error: Type `{ id: ID, ts: Time, ttl: Time | Null, name: String }` does not have field `nope` @nope',
  ],
  [
    "['a', 'b'].map(x => 1 + x)",
    [
      'error: Type `Number => Number` is not a subtype of `"a" | "b" => Any` @x => 1 + x',
      "  cause: Type `String` is not a subtype of `Number` @'a'",
      "  cause: Type `String` is not a subtype of `Number` @'b'",
    ].join('\n'),
  ],
  [
    'let s: String = 4\ns',
    'error: Type `4` is not a subtype of `String` @s\n  cause: Type `Int` is not a subtype of `String` @4',
  ],
  ['let x: Zed = 1; x', 'error: Unknown type `Zed` @Zed'],
  ['let x: Array<zed> => Int = y => 1; x', 'error: Unknown type `zed` @zed'],
  ['let r: Ref<Int> = abort(0); r', 'error: Reference type must refer to a doc type @Ref<Int>'],
  ['let a: Array = []; a', 'error: Type constructor `Array<>` accepts 1 parameters, received 0 @Array'],
  ['let a: Int<String> = 1; a', 'error: Type `Int` does not accept any parameters. @Int'],
  ['let f: A => A = x => 1; f', 'error: Type `1` cannot be used as generic type `A` @1'],
  ['let f: A => A = x => { twice(x); x }; f', 'error: Generic type `A` cannot be used as type `Number` @A'],
  [
    'k => { let t: X => X = k; t }',
    'error: Value cannot be constrained by inner generic type `X => X` @t\n  hint: Generic type definition @X => X\n  hint: Outer value originates here @k',
  ],
  ["1 =~ 'a'", 'error: Type `1` does not have field `=~` @1'],
]

test.each(ERRORS)('error of %s', (text, expected) => expect(outcome(text)).toBe(expected))

test('a function that is not called is warned about', () => {
  const { ok, warnings } = check('let a = 1\nTime.now')
  expect(ok).toBe(true)
  expect(warnings.flatMap(lines)).toEqual([
    'warning: Function is not called. @Time.now',
    '  hint: Call the function. @ +()',
  ])
})

test.each(['any', 'null', 'number', 'string', 'boolean'])('a lower case type name %s warns', (name) => {
  const { warnings } = check(`let v: ${name} = 1; v`)
  expect(warnings.map(({ message }) => message.startsWith('Unknown type `'))).toEqual([true])
})

describe('arguments', () => {
  const args = new Map<string, Type>([
    ['n', literal(20n)],
    ['xs', tuple([literal(1n), literal('a')])],
    ['o', record(new Map([['title', literal('t')]]))],
    ['d', named('Book')],
  ])
  test.each([
    ['n + 1', 'Number'],
    ['xs[1]', '"a"'],
    ['o.title', '"t"'],
    ['d.title', 'String'],
    ['let n = "x"; n', '"x"'],
  ])('%s', (text, type) => expect(outcome(text, { args })).toBe(type))
})

test('an expected type is checked', () => {
  const expected = TEST_ENVIRONMENT.storedType('Book => Boolean | Null')
  expect(outcome('b => b.pages > 3', { expected })).toBe('{ pages: Any, ... } => Boolean')
  expect(outcome('b => 3', { expected })).toBe('error: Type `Int` is not a subtype of `Null | Boolean` @3')
})
