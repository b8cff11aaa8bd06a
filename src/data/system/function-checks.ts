import type { AccessPermissions } from '#src/access/roles/permissions.ts'
import { renderAll } from '#src/fql/errors/render.ts'
import { parseLambda } from '#src/fql/syntax/parser.ts'
import { parseTypeScheme } from '#src/fql/syntax/type-parser.ts'
import type { Value } from '#src/fql/values/value.ts'
import { andThen, type Eventual } from '#src/lib/eventual.ts'
import type { Failure, NativeWrite } from '../native-collection.ts'
import { namespaceFailures } from './namespace.ts'
import { requireRoleLater } from './references.ts'

/** What is wrong with a function document (spec/data.md §12). */
export function functionFailures(write: NativeWrite): Eventual<Failure[]> {
  const { after } = write
  if (!after) return []
  requireRoleLater(write)
  return andThen(namespaceFailures(write), (names) => [
    ...names,
    ...bodyFailures(after.fields.get('body')),
    ...signatureFailures(after.fields.get('signature')),
    ...adminFailures(write),
  ])
}

function bodyFailures(body: Value | undefined): Failure[] {
  if (typeof body !== 'string') return []
  const parsed = parseLambda({ name: '*body*', text: body })
  if (parsed.ok) return []
  return [{ path: ['body'], message: `Unable to parse FQL source code.\n${renderAll(parsed.errors)}` }]
}

function signatureFailures(signature: Value | undefined): Failure[] {
  if (typeof signature !== 'string') return []
  const parsed = parseTypeScheme({ name: '*signature*', text: signature })
  if (parsed.ok) return []
  return [
    { path: ['signature'], message: `Failed parsing user-provided signature.\n${renderAll(parsed.errors)}` },
  ]
}

/** The server role may not make functions that act as admin (spec/roles.md §2.2). */
function adminFailures({ ctx, before, after }: NativeWrite): Failure[] {
  if ((ctx.permissions as AccessPermissions).builtIn !== 'server') return []
  if (after?.fields.get('role') !== 'admin' || before?.fields.get('role') === 'admin') return []
  const message = before
    ? 'Cannot grant a function admin permissions using the server role.'
    : 'Cannot create a function with admin permissions using the server role.'
  return [{ path: ['role'], message }]
}
