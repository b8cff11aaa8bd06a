import { fails, gives, no, partly, type Table, untyped, yes } from './row.ts'

export const LANGUAGE: Table = {
  title: 'FQL',
  rows: [
    yes(
      'Numbers: decimal, `0x`, `0o`, `0b`, `_`; Int, Long, Double',
      gives('[0xff, 0o17, 0b11, 1_000, 3e0]', [255, 15, 3, 1000, 3]),
    ),
    yes('Strings, escapes, `#{…}`', gives('let n = 2\n"n = #{n + 1}\\u{21}"', 'n = 3!')),
    yes('Heredocs `<<-`, `<<+`', gives('<<+END\n  n = #{1 + 1}\nEND\n', 'n = 2\n')),
    yes('Comments `//`, nested `/* */`', gives('/* a /* b */ */ 1 // c', 1)),
    yes('`let`, blocks', gives('let a = 1; { let b = a + 1; b }', 2)),
    yes('`let x: Type = …`', fails('let x: Int = "a"\nx', 'invalid_query')),
    yes('`if`, `else`', gives('if (1 > 2) "a" else "b"', 'b')),
    yes(
      'Lambdas, variadic parameters, short lambdas `.a`',
      gives('let f = (a, ...b) => a + b.length\nf(1, 2, 3)', 3),
    ),
    yes('Arrays, tuples, objects', gives('{ a: [1, (2, 3)] }', { a: [1, [2, 3]] })),
    yes(
      'Projection `{ a, b: .c, d { e } }`',
      gives('{ a: 1, b: { c: 2 }, x: 3 } { a, b { c } }', { a: 1, b: { c: 2 } }),
    ),
    yes(
      '`.`, `[]`, `?.`, `?.[]`, `?.()`, `!`',
      gives('let o: Any = null\n[o?.a, o?.["a"], o?.(1), [1][0]!]', [null, null, null, 1]),
    ),
    yes('`+ - * / % **`', gives('[5 / 2, -7 % 3, 2 ** 3 ** 2]', [2, -1, 512])),
    yes('`& | ^ ~`', gives('[6 & 3, 6 | 3, 6 ^ 3, ~0]', [2, 7, 5, -1])),
    yes('`== != < <= > >=`', gives('[1 == 1.0, 1 != 2, "a" < "b"]', [true, true, true])),
    yes('`&& || !`, `??`', gives('[true && !false, null ?? 1]', [true, 1])),
    yes('`isa`', gives('[1 isa Int, 1 isa Number, Product(1) isa Product]', [true, true, true])),
    yes('`at (time) …`', gives('at (Time.now()) Product.all().count()', 3)),
    yes(
      '`match`, `{ * }`',
      fails('{ a: 1 } { * }', 'invalid_query', { headers: untyped }),
      'As in Fauna: parsed, then refused',
    ),
    yes('Static types: inference, `static_type`', {
      send: '[1, 2].map(x => x + 1)',
      says: '"static_type":"Array<Number>"',
    }),
    yes(
      'Static errors with places and hints',
      fails('Product(1).name', 'invalid_query', { says: 'Use the ! or ?. operator' }),
    ),
    yes(
      'Effects: pure, observation, read, write',
      fails('Product.all().map(.update({})).toArray()', 'invalid_effect'),
    ),
    yes('Performance hints', {
      send: 'Product.where(.stock == 0).count()',
      headers: { 'x-performance-hints': 'true' },
      says: 'performance_hint: collection_scan',
    }),
    yes('`log`, `dbg`, stack traces in the summary', {
      send: 'log("hi", 1)',
      says: 'info at *query*:1: hi 1',
    }),
    yes(
      'Regular expressions of Java',
      gives('"aXb".replaceRegex("(?i)x", "-")', 'a-b'),
      'In linear time but for back-references and look-behind; all with a limit of steps',
    ),
    no('FQL v4', '`FQL.evalV4`, the endpoint `/`, GraphQL', gives('FQL.evalV4({})', null)),
  ],
}

export const DATA: Table = {
  title: 'Documents, indexes, sets',
  rows: [
    yes(
      'Documents: `id`, `coll`, `ts`, `ttl`, `data`',
      gives('Object.keys(Product(1)!)', ['id', 'coll', 'ts', 'name', 'price', 'stock']),
    ),
    yes('Given ids, `newId()`', gives('Product(1)!.id == "1"', true)),
    yes(
      'References, missing documents (`NullDoc`)',
      gives('[Product(9) == null, Product(9).id]', [true, '9']),
    ),
    yes('`ttl`, `ttl_days`', {
      schema: 'collection C {}',
      ...gives('C.create({ ttl: Time.now() }).exists()', false),
    }),
    yes(
      'Index calls with terms and ranges',
      gives('Product.byPrice({ from: 25 }).map(.name).toArray()', ['Pear', 'Fig']),
    ),
    yes('Order inside indexes by collation', {
      schema: 'collection C {\n  index byA {\n    values [.a]\n  }\n}',
      before: '["b", "B", "a"].forEach(a => C.create({ a: a }))',
      ...gives('C.byA().map(.a).toArray()', ['a', 'b', 'B']),
    }),
    yes(
      'Pagination with cursors that keep their snapshot',
      gives('Set.paginate(Product.all().paginate(2).after!).data.length', 1),
    ),
    yes(
      'History, `history_days`, 15 minutes at least',
      fails('at (Time("2001-01-01T00:00:00Z")) Product(1).exists()', 'invalid_request'),
    ),
    yes('One query is one transaction, strictly serializable', gives('Product.all().count()', 3)),
    yes(
      'Unique constraints, check constraints, defaults, computed fields',
      fails('Customer.create({ name: "y", email: "ada@example.com" })', 'constraint_failure'),
    ),
    partly(
      'Removal from disk of old versions, of expired documents',
      'Versions that nobody can read any more are removed every ten minutes; documents whose `ttl` has passed are gone for everybody, but keep their space',
    ),
    yes('Child databases', gives('Database.byName("archive").exists()', true)),
  ],
}
