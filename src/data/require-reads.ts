import type { AccessPermissions } from '#src/access/roles/permissions.ts'
import * as fail from '#src/fql/errors/catalogue.ts'
import type { Context } from '#src/fql/eval/context.ts'
import type { Collection } from './collection.ts'

/** Index calls and event sources need some `read` entry on the collection (spec/roles.md §4.2). */
export function requireReads(ctx: Context, collection: Collection, name = collection.name): void {
  if (!(ctx.permissions as AccessPermissions).readsSome(collection))
    throw fail.permissionDenied(`Insufficient privileges to read from collection ${name}.`)
}
