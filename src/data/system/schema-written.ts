import type { NativeWrite } from '../native-collection.ts'
import { touchSchema } from '../schema-state.ts'

/** Marks the schema as changed: its version becomes the commit time, and the whole of it is checked at the end. */
export function schemaWritten(
  { ctx, host, key, before, after }: NativeWrite,
  kind?: 'collection' | 'function',
): void {
  host.schemaWrites.last = { ctx, frames: [...ctx.run.frames] }
  const place = ctx.run.frames.at(-1)
  if (kind === 'collection' && place) host.schemaWrites.places.set(Number(key), place)
  touchSchema(host.transaction, host.schema.database)
  const name = after?.fields.get('name')
  if (kind && !before && typeof name === 'string') host.schemaWrites.created[kind].add(name)
}
