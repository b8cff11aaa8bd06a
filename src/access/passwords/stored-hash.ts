import { argon2 } from '#src/access/passwords/algorithms.ts'
import {
  maxStoredBcryptCost,
  maxStoredLanes,
  maxStoredMemory,
  maxStoredPasses,
  type PasswordParams,
} from '#src/access/passwords/params.ts'

/** How a stored hash was made. `unknown`: unreadable, or asking for more work than allowed; it matches no password. */
export type StoredHash =
  | { readonly kind: 'argon2'; readonly upToDate: boolean }
  | { readonly kind: 'bcrypt' | 'unknown' }

const UNKNOWN: StoredHash = { kind: 'unknown' }

/** Reads a hash in PHC form (`$argon2id$v=19$m=…,t=…,p=…$salt$hash`) or bcrypt form (`$2b$10$…`). */
export async function classifyHash(stored: string, params: PasswordParams): Promise<StoredHash> {
  try {
    if (stored.startsWith('$argon2')) return await classifyArgon2(stored, params)
    if (stored.startsWith('$2')) return classifyBcrypt(stored)
  } catch {
    // The parsers throw at malformed text.
  }
  return UNKNOWN
}

async function classifyArgon2(stored: string, params: PasswordParams): Promise<StoredHash> {
  const { memoryCost, timeCost, parallelism } = (await argon2()).parseOptions(stored)
  if (memoryCost > maxStoredMemory || timeCost > maxStoredPasses || parallelism > maxStoredLanes)
    return UNKNOWN
  const atLeast = memoryCost >= params.memory && timeCost >= params.passes && parallelism >= params.lanes
  return { kind: 'argon2', upToDate: atLeast && stored.startsWith('$argon2id$v=19$') }
}

/** Version, cost, then 22 characters of salt and 31 of hash in bcrypt's own base64. */
const BCRYPT = /^\$2[abxy]\$(\d\d)\$[./A-Za-z0-9]{53}$/

function classifyBcrypt(stored: string): StoredHash {
  const cost = Number(BCRYPT.exec(stored)?.[1] ?? Number.POSITIVE_INFINITY)
  return cost > maxStoredBcryptCost ? UNKNOWN : { kind: 'bcrypt' }
}
