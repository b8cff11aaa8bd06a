import type { Failure, NativeWrite } from '../native-collection.ts'

/** Names and aliases that the language itself has (spec/schema.md §6.2). */
const RESERVED: ReadonlySet<string> = new Set([
  'Array',
  'Boolean',
  'Bytes',
  'Date',
  'Doc',
  'Double',
  'EventSource',
  'FQL',
  'Float',
  'ID',
  'Int',
  'Long',
  'Math',
  'Null',
  'Number',
  'Object',
  'Query',
  'Set',
  'SetCursor',
  'Stream',
  'String',
  'Struct',
  'Time',
  'TransactionTime',
  'UUID',
  'AccessProvider',
  'Collection',
  'Credential',
  'Credentials',
  'Database',
  'Function',
  'Key',
  'Role',
  'Token',
  'abort',
  'asc',
  'dbg',
  'desc',
  'log',
  'newId',
  'Any',
  'Never',
])

/** Collections and functions share one namespace of names and aliases (spec/data.md §4). */
export function namespaceFailures({ host, before, after, key, collection }: NativeWrite): Failure[] {
  const failures: Failure[] = []
  for (const field of ['name', 'alias']) {
    const name = after?.fields.get(field)
    if (typeof name !== 'string' || before?.fields.get(field) === name) continue
    if (RESERVED.has(name))
      failures.push({ path: [field], message: `The identifier \`${name}\` is reserved.` })
    const taken = holderOf(host, name, collection.name, key)
    if (taken) failures.push({ path: [field], message: taken })
  }
  return failures
}

function holderOf(host: NativeWrite['host'], name: string, kind: string, key: bigint): string | undefined {
  const { collections, functions } = host.schema.documents
  for (const [what, items] of [
    ['Collection', collections],
    ['Function', functions],
  ] as const)
    for (const [id, d] of items) {
      if (what === kind && id === key) continue
      // A second document of the same kind and name is the unique constraint's business.
      if (d.fields.get('name') === name && what !== kind)
        return `A ${what} already exists with the name \`${name}\``
      if (d.fields.get('alias') === name) return `A ${what} already exists with the alias \`${name}\``
    }
  return undefined
}
