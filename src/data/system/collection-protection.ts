/** What a protected database refuses (spec/schema.md §19). Staged changes take effect later and are not refused. */
import type { Value } from '#src/fql/values/value.ts'
import { andThen, type Eventual } from '#src/lib/eventual.ts'
import type { DatabaseHost } from '../database-host.ts'
import type { Failure, NativeWrite } from '../native-collection.ts'

const because = (what: string): Failure => ({
  path: [],
  message: `${what}: destructive change forbidden because database is in protected mode.`,
})

export const INDEX_REMOVAL: Failure = because('Cannot cause deletion of backing index')

/** Whether destructive changes are refused. */
export function isProtected(host: DatabaseHost): Eventual<boolean> {
  if (isStaging(host)) return false
  return host.services.databases.isProtected(host.transaction, host.schema.database)
}

/** Whether writes of schema documents change the staged schema. */
export const isStaging = (host: DatabaseHost): boolean =>
  host.schemaWrites.pinned || host.schema.state.staged !== undefined

export const deletionFailures = ({ host }: NativeWrite): Eventual<Failure[]> =>
  andThen(isProtected(host), (yes) => (yes ? [because('Cannot delete collection')] : []))

export function protectionFailures({ host, before, after }: NativeWrite): Eventual<Failure[]> {
  if (!before || !after) return []
  return andThen(isProtected(host), (yes) =>
    yes
      ? [
          ...historyFailures(days(before.fields.get('history_days')), days(after.fields.get('history_days'))),
          ...ttlFailures(days(before.fields.get('ttl_days')), days(after.fields.get('ttl_days'))),
        ]
      : [],
  )
}

const days = (v: Value | undefined): bigint | undefined =>
  typeof v === 'number' || typeof v === 'bigint' ? BigInt(v) : undefined

function historyFailures(before: bigint | undefined, after: bigint | undefined): Failure[] {
  if (before === undefined) return []
  if (after === undefined) return [because('Cannot remove `history_days` field')]
  return after < before ? [because('Cannot decrease `history_days` field')] : []
}

/** Adding is refused in the words of removing, as in the reference. */
function ttlFailures(before: bigint | undefined, after: bigint | undefined): Failure[] {
  if (after === undefined) return []
  if (before === undefined) return [because('Cannot remove `ttl_days` field')]
  return after < before ? [because('Cannot decrease `ttl_days` field')] : []
}
