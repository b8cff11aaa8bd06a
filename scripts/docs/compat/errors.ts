import { fails, gives, no, type Proof, partly, type Table, untyped, yes } from './row.ts'

const dynamic = { headers: untyped }

const tooLarge: Proof = {
  path: '/query/1',
  send: ' '.repeat(8 * 1024 * 1024 + 1),
  status: 413,
  code: 'request_size_exceeded',
}

/** FQL of a text of so many times 2^20 characters. */
const megabytes = (n: number): string =>
  `"${'x'.repeat(1024)}".replaceAll("x", "${'x'.repeat(n * 32)}").replaceAll("x", "${'x'.repeat(32)}")`

export const ERRORS: Table = {
  title: 'Error codes',
  about: 'Codes, statuses and texts are those of Fauna.',
  rows: [
    yes('`invalid_query` 400', fails('1 +', 'invalid_query')),
    yes('`abort` 400', fails('abort({ a: 1 })', 'abort', { says: '"abort":{"a":1}' })),
    yes('`constraint_failure` 400', fails('Role.create({ name: "customer" })', 'constraint_failure')),
    yes('`document_not_found` 400', fails('Product(9)!', 'document_not_found')),
    yes(
      '`document_id_exists` 400',
      fails('Product.create({ id: 1, name: "x", price: 1 })', 'document_id_exists'),
    ),
    yes('`invalid_argument` 400', fails('Collection("Nope")', 'invalid_argument')),
    yes('`invalid_bounds` 400', fails('Product.all().paginate(0)', 'invalid_bounds')),
    yes('`invalid_cursor` 400', fails('Set.paginate("x")', 'invalid_cursor')),
    yes('`invalid_date` 400', fails('Date("x")', 'invalid_date')),
    yes('`invalid_time` 400', fails('Time("x")', 'invalid_time')),
    yes('`invalid_unit` 400', fails('Time.now().add(1, "week")', 'invalid_unit')),
    yes('`invalid_id` 400', fails('ID("x")', 'invalid_id')),
    yes(
      '`invalid_effect` 400',
      fails('Set.single(1).map(x => Customer(1)!.update({})).toArray()', 'invalid_effect'),
    ),
    yes('`invalid_function_invocation` 400', fails('1.nope()', 'invalid_function_invocation', dynamic)),
    yes('`invalid_index_invocation` 400', {
      schema: 'collection C {\n  index byA {\n    terms [.a]\n  }\n}',
      before: 'C.definition.update({ indexes: { byA: { queryable: false } } })\nnull',
      ...fails('C.byA(1).first()', 'invalid_index_invocation'),
    }),
    yes('`invalid_null_access` 400', fails('null.a', 'invalid_null_access', dynamic)),
    yes('`invalid_receiver` 400', fails('[1].toSet().eventSource()', 'invalid_receiver')),
    yes('`invalid_regex` 400', fails('"a".matches("(")', 'invalid_regex')),
    yes('`invalid_schema` 400', fails('Collection.byName("Customer")!.delete()', 'invalid_schema')),
    yes(
      '`invalid_secret` 400',
      fails('Credential.byDocument(Customer(1))!.login("wrong")', 'invalid_secret'),
    ),
    yes('`invalid_type` 400', {
      schema: 'collection C {}',
      ...fails('C.create({ a: newId() })', 'invalid_type'),
    }),
    yes('`invalid_write` 400', fails('at (Product(1)!.ts) Product(1)!.update({})', 'invalid_write')),
    yes('`index_out_of_bounds` 400', fails('[1].at(1)', 'index_out_of_bounds')),
    yes('`type_mismatch` 400', fails('if (1) 2', 'type_mismatch', dynamic)),
    yes('`null_value` 400', fails('[].first()!', 'null_value')),
    yes('`divide_by_zero` 400', fails('1 / 0', 'divide_by_zero')),
    yes(
      '`permission_denied` 400',
      fails('Product(1).name', 'permission_denied', {
        headers: { authorization: 'Bearer secret:client', ...untyped },
      }),
    ),
    yes('`stack_overflow` 400', {
      schema: 'function f(x: Number): Number {\n  f(x) + 1\n}',
      ...fails('f(1)', 'stack_overflow'),
    }),
    yes('`value_too_large` 400', fails('Array.sequence(0, 16001)', 'value_too_large')),
    yes('`unbound_variable` 400', fails('nope', 'unbound_variable', dynamic)),
    no(
      '`document_deleted`, `invalid_document_id`, `disabled_feature`, `internal_failure`, `eval_error`',
      'Nothing in FQL v10 leads to them here',
    ),
    no(
      '`invalid_computed_field_access`, `invalid_timestamp_field_access`',
      'No client sees them: an indexed computed field that reads another one or `ts` has no entries',
    ),
    yes('`invalid_request` 400', {
      path: '/query/1',
      headers: { 'x-format': 'x' },
      send: '1',
      status: 400,
      code: 'invalid_request',
    }),
    yes('`unauthorized` 401', {
      headers: { authorization: '' },
      send: '1',
      status: 401,
      code: 'unauthorized',
    }),
    yes('`forbidden` 403', {
      method: 'GET',
      path: '/schema/1/files',
      headers: { authorization: 'Bearer secret:client' },
      status: 403,
      says: 'Access denied',
    }),
    yes('`contended_transaction` 409', undefined, 'Proved by the tests of transactions'),
    yes('`request_size_exceeded` 413', tooLarge),
    no('`limit_exceeded` 429', 'There are no rate limits; logins are throttled by themselves'),
    yes('`time_out` 440', {
      headers: { 'x-query-timeout-ms': '1' },
      send: 'Set.sequence(0, 1000000).count()',
      status: 440,
      code: 'time_out',
    }),
    yes('`time_out` 503', undefined, 'Proved by the conformance cases'),
    yes('`internal_error` 500', undefined, 'The text names the request in the log instead of a support page'),
    no('`forbidden` 410, `internal_error` 540', 'Accounts and cluster topology'),
  ],
}

export const LIMITS: Table = {
  title: 'Limits',
  rows: [
    yes('Request body: 8 MiB', tooLarge, '413'),
    yes('Nesting of JSON: 1,000 levels', { path: '/query/1', send: `${'['.repeat(1001)}`, status: 400 }),
    partly(
      'Nesting of queries: 500 levels, of array literals half as many',
      'The reference names no limit',
      fails(`${'('.repeat(501)}1${')'.repeat(501)}`, 'invalid_query'),
    ),
    yes('Query time: 2 minutes, at most 10', undefined, '440, 503'),
    yes(
      'Compute: 12,000 operations',
      fails('Set.sequence(0, 700000).map(x => x + 1).count()', 'invalid_request'),
    ),
    yes('Calls in calls: 2,048', undefined, '`stack_overflow`'),
    yes(
      'Page, array from a Set, `order`, `distinct`, `lastWhere`: 16,000',
      fails('Set.sequence(0, 16001).toArray()', 'value_too_large'),
    ),
    yes('Default page: 16', gives('Set.sequence(0, 20).paginate().data.length', 16)),
    yes(
      'String: 16 Mi UTF-16 units',
      fails(
        'let s = "x".replaceAll("x", "xxxxxxxxxxxxxxxx"); let f = (n) => n.replaceAll("x", s)\nf(f(f(f(f(f(s))))))',
        'value_too_large',
      ),
    ),
    yes(
      'Transaction: 16 MiB',
      {
        schema: 'collection C {}',
        ...fails(
          `let a = ${megabytes(6)}
[1, 2, 3].forEach(i => C.create({ a: a }))`,
          'invalid_request',
        ),
      },
      '400',
    ),
    yes(
      'Document: 8 MiB',
      { schema: 'collection C {}', ...fails(`C.create({ a: ${megabytes(9)} })`, 'invalid_request') },
      '400',
    ),
    no('Index key: 64,000 bytes', 'Longer keys are taken'),
    yes('Schema: 1,024 files; 64 roles a resource', undefined, ''),
    yes('Index built within the query: up to 128 documents', undefined, 'Larger ones in the background'),
    yes('Stream: replays 128 events', undefined, '`stream_replay_volume_exceeded`'),
    yes('Time of static typing: 5 s', undefined, ''),
    no('Query width (100,000 reads at once)', 'Reads are made one after the other'),
    no('Rate limits', 'See `limit_exceeded`'),
  ],
}
