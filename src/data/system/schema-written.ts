import type { NativeWrite } from '../native-collection.ts'
import { touchSchema } from '../schema-state.ts'

/** Marks the schema as changed: its version becomes the commit time, and the whole of it is checked at the end. */
export function schemaWritten(
  { ctx, host, before, after }: NativeWrite,
  kind?: 'collection' | 'function',
): void {
  host.schemaWrites.last = { ctx, frames: [...ctx.run.frames] }
  touchSchema(host.transaction, host.schema.database)
  const name = after?.fields.get('name')
  if (kind && !before && typeof name === 'string') host.created[kind].add(name)
}
