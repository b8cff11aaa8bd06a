import { no, type Proof, partly, type Table, untyped, yes } from './row.ts'

const get = (path: string, more: Proof = {}): Proof => ({ method: 'GET', path, ...more })
const noAuth = { authorization: '' }

export const ENDPOINTS: Table = {
  title: 'Endpoints',
  about: 'HTTP/1.1 and cleartext HTTP/2 (prior knowledge) on one port.',
  rows: [
    yes('`POST /query/1`', { send: '1', data: 1 }),
    yes('`POST /stream/1`', {
      path: '/stream/1',
      send: '{"token":"x"}',
      status: 400,
      says: 'invalid event source provided',
    }),
    yes('`POST /feed/1`', {
      path: '/feed/1',
      send: '{"token":"x"}',
      status: 400,
      says: 'invalid event source provided',
    }),
    yes(
      '`GET /schema/1/files`, `/files/NAME`',
      get('/schema/1/files/main.fsl', { says: 'collection Customer' }),
    ),
    yes('`POST /schema/1/update`', { schema: 'collection C {}', send: 'C.all().count()', data: 0 }),
    yes('`POST /schema/1/diff`, `/validate`', { path: '/schema/1/diff', send: '', says: '"diff":' }),
    yes('`GET /schema/1/status`, `/staged/status`', {
      schema: 'collection C {}',
      ...get('/schema/1/staged/status'),
      says: '"status":"none"',
    }),
    yes('`POST /schema/1/commit`, `/abandon`, `/staged/…`', {
      schema: 'collection C {}',
      path: '/schema/1/staged/commit',
      status: 400,
      says: 'There is no staged schema to commit',
    }),
    yes('`/schema/1/items/KIND/NAME`', get('/schema/1/items/collections/Product', { says: 'index byName' })),
    yes('`GET /environment/1`', get('/environment/1', { says: '"globals"' }), 'Types for editors'),
    yes('`GET`, `HEAD /ping`', get('/ping?scope=read', { headers: noAuth, says: 'Scope read is OK' })),
    yes('`GET /authorized`', get('/authorized', { says: 'global_id' })),
    yes(
      '`POST /explain/1`, `/identity/1`',
      get('/identity/1/settings', { says: '{' }),
      'Of Vivarium alone: docs/guide/identity.md',
    ),
    no('`/export/1`', 'Exports of the account service', {
      method: 'PUT',
      path: '/export/1/x',
      send: '{}',
      status: 201,
    }),
    no('`Upgrade: h2c`', 'No client uses it; prior knowledge works'),
    no('TLS', 'Put a proxy in front'),
    no('Account API (`account.fauna.com`)', 'Not part of the database server'),
    no('Admin API of the reference (port 8444)', '`--admin-port` serves `/metrics` and `/health`'),
  ],
}

const header = (name: string, value: string, more: Proof): Proof => ({
  send: '1',
  headers: { [name]: value },
  ...more,
})

export const HEADERS: Table = {
  title: 'Headers',
  rows: [
    yes(
      '`Authorization: Bearer`',
      header('authorization', 'Bearer nobody', { status: 401, code: 'unauthorized' }),
      'Secrets, scoped secrets, JWTs',
    ),
    yes(
      '`Authorization: Basic`',
      header('authorization', `Basic ${btoa('nobody:')}`, { status: 401, code: 'unauthorized' }),
    ),
    yes(
      '`x-format`: `simple`, `tagged`, `decorated`',
      header('x-format', 'tagged', { says: '{"@int":"1"}' }),
    ),
    yes('`x-typecheck`', { send: '"a" + 1', headers: untyped, data: 'a1' }),
    yes(
      '`x-linearized`',
      header('x-linearized', 'maybe', { status: 400, code: 'invalid_request' }),
      'All reads are linearized anyway',
    ),
    yes(
      '`x-performance-hints`',
      header('x-performance-hints', 'maybe', { status: 400, code: 'invalid_request' }),
    ),
    yes(
      '`x-query-timeout-ms`',
      header('x-query-timeout-ms', '600001', { status: 400, code: 'invalid_request' }),
    ),
    yes(
      '`x-max-contention-retries`',
      header('x-max-contention-retries', '8', { status: 400, code: 'invalid_request' }),
    ),
    yes('`x-last-txn-ts`', header('x-last-txn-ts', 'x', { status: 400, code: 'invalid_request' })),
    yes(
      '`x-query-tags`',
      header('x-query-tags', 'a=b', { says: '"query_tags":"a=b"' }),
      'Echoed in the order sent',
    ),
    yes(
      '`traceparent`',
      header('traceparent', '00-750efa5fb6a131eb2cf4db39f28366cb-5669e71839eca76b-00', { data: 1 }),
      'In and out; no traces are exported',
    ),
    partly('`x-trace`', 'Accepted; the reply has no `trace`', header('x-trace', '1', { data: 1 })),
    yes('CORS', { method: 'OPTIONS', headers: { origin: 'https://a.example' } }),
    yes('`x-faunadb-build`', undefined, 'Names the version of Vivarium'),
  ],
}

export const CLIENTS: Table = {
  title: 'Clients',
  rows: [
    yes('JavaScript driver (`fauna` 2.5)', undefined, 'Runs in the tests, also streams and feeds'),
    yes('Python driver (`fauna` 2.4)', undefined, 'Queries, pages, errors, feeds, streams: tried by hand'),
    yes(
      'Fauna CLI (`fauna-shell` 4.0.0) with `--local`: `query`, `database`, `schema`',
      undefined,
      'Push, pull, staging, diff, status, commit, abandon: `tests/official-cli`',
    ),
    partly('Drivers for Go, Java, C#', 'The same interface; not tried'),
  ],
}
