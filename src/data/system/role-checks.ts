import type { Failure, NativeWrite } from '../native-collection.ts'
import { invalidName } from './names.ts'

/** Names that only built-in roles have. `client` is not among them (spec/roles.md §1.3). */
const RESERVED = new Set(['admin', 'server'])

export function roleFailures({ before, after }: NativeWrite): Failure[] {
  const name = after?.fields.get('name')
  if (typeof name !== 'string' || before?.fields.get('name') === name) return []
  if (RESERVED.has(name)) return [{ path: ['name'], message: `The identifier \`${name}\` is reserved.` }]
  return invalidName(name)
}
