import { type Examples, example } from './example.ts'

export const GLOBALS: Examples = {
  abort: [
    'Ends the query, undoes its writes, and answers the value in `error.abort`',
    'if (1 > 2) abort("no") else "yes"',
    '"yes"',
  ],
  asc: ['An ascending key for `order`', '[2, 1].order(asc(x => x))', '[1, 2]'],
  desc: ['A descending key for `order`', '[1, 2].order(desc(x => x))', '[2, 1]'],
  dbg: ['Its argument, which the summary shows with its place', '1 + dbg(2)', '3'],
  log: ['Adds a line to the summary', 'log("price", 30)', 'null'],
  newId: ['A fresh id', 'newId() isa ID', 'true'],
}

export const QUERY: Examples = {
  identity: ['The document that is logged in, or null', 'Query.identity()', 'null'],
  token: ['The token of the login, or the payload of its JWT, or null', 'Query.token()', 'null'],
  isEnvProtected: ['The setting `protected` of the database', 'Query.isEnvProtected()', 'false'],
  isEnvTypechecked: ['The setting `typechecked` of the database', 'Query.isEnvTypechecked()', 'true'],
}

export const FQL_SCHEMA: Examples = {
  defForIdentifier: [
    'What defines a collection or function of that name',
    'FQL.Schema.defForIdentifier("twice").name',
    '"twice"',
  ],
}

export const USER_FUNCTION: Examples = {
  definition: ['The document that defines it', 'twice.definition.name', '"twice"'],
  toString: example('Its name in brackets', 'twice.toString()', '"[function twice()]"'),
}
