import type { DatabaseHost } from '#src/data/database-host.ts'
import { encodeGlobalId } from '#src/lib/zbase32.ts'

/** The global id of a login's database as text. */
export const globalIdOf = (host: DatabaseHost): string => encodeGlobalId(host.schema.database)
