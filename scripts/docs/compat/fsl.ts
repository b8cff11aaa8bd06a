import { fails, type Table, works, yes } from './row.ts'

const two = 'C.create({ a: 1, b: "x" })\nnull'
const BASE = 'collection C {\n  a: Int\n  b: String\n}\n'

/** The collection gets other fields after it holds a document. */
const migrates = (fields: string, migrations: string, send: string, data: unknown, base = BASE) =>
  works(base, send, data, {
    before: two,
    then: `collection C {\n${fields}\n  migrations {\n${migrations}\n  }\n}\n`,
  })

export const FSL: Table = {
  title: 'FSL',
  rows: [
    yes('`collection`', works('collection C {}', 'C.create({ any: 1 }).any', 1)),
    yes('`@alias`', works('@alias(D)\ncollection C {}', 'D.definition.name', 'C')),
    yes(
      'Fields: types, `?`, unions, `Ref<C>`',
      works(
        'collection C {\n  a: Int?\n  b: Int | String\n  c: Ref<C>?\n}',
        'C.create({ b: "x" }) { a, b }',
        { a: null, b: 'x' },
      ),
    ),
    yes(
      'Nested objects, arrays, tuples',
      works('collection C {\n  o: { x: Array<[Int, String]> }\n}', 'C.create({ o: { x: [[1, "a"]] } }).o', {
        x: [[1, 'a']],
      }),
    ),
    yes(
      'Defaults, also nested',
      works('collection C {\n  a: Int = 3\n  o: { x: Int = 4, y: Int? }\n}', 'C.create({ o: {} }) { a, o }', {
        a: 3,
        o: { x: 4 },
      }),
    ),
    yes('Wildcard `*: Any`', works('collection C {\n  a: Int\n  *: Any\n}', 'C.create({ a: 1, b: 2 }).b', 2)),
    yes(
      '`compute`',
      works(
        'collection C {\n  a: Int\n  compute twice: Number = doc => doc.a * 2\n}',
        'C.create({ a: 2 }).twice',
        4,
      ),
    ),
    yes(
      '`index`: `terms`, `values`, `asc`, `desc`',
      works(
        'collection C {\n  index byA {\n    terms [.a]\n    values [desc(.b)]\n  }\n}',
        '[1, 2].forEach(b => C.create({ a: "x", b: b }))\nC.byA("x").map(.b).toArray()',
        [2, 1],
      ),
    ),
    yes(
      '`mva`',
      works(
        'collection C {\n  index byTag {\n    terms [mva(.tags)]\n  }\n}',
        'C.create({ tags: ["a", "b"] })\nC.byTag("b").count()',
        1,
      ),
    ),
    yes('`unique`', {
      ...fails('C.create({ a: 1 })\nC.create({ a: 1 })', 'constraint_failure'),
      schema: 'collection C {\n  unique [.a]\n}',
    }),
    yes('`check`', {
      ...fails('C.create({ a: 0 })', 'constraint_failure'),
      schema: 'collection C {\n  a: Int\n  check positive (doc => doc.a > 0)\n}',
    }),
    yes('`history_days`', works('collection C {\n  history_days 3\n}', 'C.definition.history_days', 3)),
    yes('`ttl_days`', works('collection C {\n  ttl_days 3\n}', 'C.create({}).ttl != null', true)),
    yes(
      '`document_ttls`',
      works('collection C {\n  a: Int\n  document_ttls true\n}', 'C.definition.document_ttls', true),
    ),
    yes(
      '`migrations`: `add`, `backfill`',
      migrates('  a: Int\n  b: String\n  c: Int', '    add .c\n    backfill .c = 7', 'C.all().first()!.c', 7),
    ),
    yes(
      '`migrations`: `drop`',
      migrates('  a: Int', '    drop .b', 'Object.keys(C.all().first()!)', ['id', 'coll', 'ts', 'a']),
    ),
    yes(
      '`migrations`: `move`',
      migrates('  a: Int\n  c: String', '    move .b -> .c', 'C.all().first()!.c', 'x'),
    ),
    yes(
      '`migrations`: `split`',
      migrates(
        '  a: Int\n  n: Int?\n  s: String?',
        '    split .b -> .n, .s',
        'C.all().first()! { n, s }',
        { n: null, s: 'x' },
        'collection C {\n  a: Int\n  b: Int | String\n}\n',
      ),
    ),
    yes(
      '`migrations`: `move_conflicts`, `move_wildcard`',
      migrates(
        '  a: Int\n  rest: { *: Any }?',
        '    add .a\n    backfill .a = 0\n    add .rest\n    move_conflicts .rest\n    move_wildcard .rest',
        'C.all().first()! { a, rest }',
        { a: 1, rest: { b: 'x' } },
        'collection C {}',
      ),
    ),
    yes(
      '`migrations`: `add_wildcard`',
      migrates('  a: Int\n  b: String\n  *: Any', '    add_wildcard', 'C.all().first()!.b', 'x'),
    ),
    yes(
      '`function`: types, variadic parameters',
      works('function f(a: Int, ...b: Int): Number {\n  a + b.length\n}', 'f(1, 2, 3)', 3),
    ),
    yes(
      '`@role` of functions',
      works('@role(server)\nfunction f() {\n  1\n}', 'f.definition.role', 'server'),
    ),
    yes(
      '`role`: `privileges` with every action, `predicate`',
      works(
        'collection C {}\nrole r {\n  privileges C {\n    create\n    create_with_id\n    delete\n    read {\n      predicate (doc => doc.a == 1)\n    }\n    write\n    history_read\n    history_write\n    unrestricted_read\n  }\n}',
        'Role.byName("r").exists()',
        true,
      ),
    ),
    yes(
      '`role`: `call` of functions',
      works(
        'function f() {\n  1\n}\nrole r {\n  privileges f {\n    call\n  }\n}',
        'Role.byName("r").exists()',
        true,
      ),
    ),
    yes(
      '`role`: `membership`',
      works(
        'collection C {}\nrole r {\n  membership C {\n    predicate (doc => doc.a == 1)\n  }\n}',
        'Role.byName("r").exists()',
        true,
      ),
    ),
    yes(
      '`access provider`',
      works(
        'role r {}\naccess provider p {\n  issuer "https://p.example"\n  jwks_uri "https://p.example/keys"\n  role r {\n    predicate (jwt => jwt.team == "a")\n  }\n}',
        'AccessProvider.byName("p").exists()',
        true,
      ),
    ),
  ],
}
