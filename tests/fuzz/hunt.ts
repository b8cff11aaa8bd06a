/**
 * Searches for inputs that break something. `npm test` tries a few; `VIVARIUM_LONG=1` searches for minutes
 * (`VIVARIUM_FUZZ_MINUTES`, 10 in all unless told) and keeps what it finds, made small, in `corpus/`, whose inputs are tried
 * on every run. `VIVARIUM_SEED` repeats a search.
 */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Eventual } from '#src/lib/eventual.ts'
import { seeded } from '#src/storage/faulty/seeded.ts'
import type { Random } from '../concurrency/workload.ts'

export interface Hunt {
  /** Names the folder of the corpus. */
  readonly target: string
  /** Inputs in a short search. */
  readonly inputs: number
  /** Part of the time of a long search. */
  readonly share: number
  make(random: Random): string
  /** Throws when the input breaks something. */
  check(input: string): Eventual<void>
  /** Seconds of processor time: a check that takes longer has found something; 4 unless told. */
  readonly slow?: number
}

const LONG = Boolean(process.env['VIVARIUM_LONG'])
const MINUTES = Number(process.env['VIVARIUM_FUZZ_MINUTES'] ?? 10)
/** The short run is the same every time; the long one looks elsewhere each time. */
const SEED = Number(process.env['VIVARIUM_SEED'] ?? (LONG ? Date.now() % 1e6 : 1))
export function hunt(hunt: Hunt): void {
  const folder = join(import.meta.dirname, 'corpus', hunt.target)
  const known = existsSync(folder) ? readdirSync(folder) : []
  describe(hunt.target, () => {
    test.each(known)('known input %s', async (file) => {
      await timed(hunt, JSON.parse(readFileSync(join(folder, file), 'utf8')) as string)
    })
    test(`fresh inputs (seed ${SEED})`, () => search(hunt, folder), (MINUTES + 1) * 60_000)
  })
}

async function search(hunt: Hunt, folder: string): Promise<void> {
  const random = seeded(SEED)
  const end = LONG ? performance.now() + MINUTES * 60_000 * hunt.share : Number.POSITIVE_INFINITY
  // Should an input never end, here it is.
  const current = join(tmpdir(), `vivarium-fuzz-${hunt.target}.json`)
  let count = 0
  for (; LONG ? performance.now() < end : count < hunt.inputs; count++) {
    const input = hunt.make(random)
    if (LONG) writeFileSync(current, JSON.stringify(input))
    const problem = await problemOf(hunt, input)
    if (problem === undefined) continue
    const small = await shrink(hunt, input)
    const text = JSON.stringify(small)
    mkdirSync(folder, { recursive: true })
    const file = `${createHash('sha256').update(text).digest('hex').slice(0, 12)}.json`
    writeFileSync(join(folder, file), `${text}\n`)
    throw new Error(`input ${count}, kept as ${file}: ${text.slice(0, 2000)}`, {
      cause: await problemOf(hunt, small),
    })
  }
  if (LONG) process.stdout.write(`${hunt.target}: ${count} inputs, nothing found\n`)
  expect(count).toBeGreaterThan(0)
}

async function timed(hunt: Hunt, input: string): Promise<void> {
  const before = process.cpuUsage()
  await hunt.check(input)
  const { user, system } = process.cpuUsage(before)
  if (user + system > (hunt.slow ?? 4) * 1e6) throw new Error(`took ${(user + system) / 1e6} seconds`)
}

async function problemOf(hunt: Hunt, input: string): Promise<unknown> {
  try {
    await timed(hunt, input)
  } catch (error) {
    return error
  }
}

/** Leaves out parts for as long as something still breaks. */
async function shrink(hunt: Hunt, input: string): Promise<string> {
  let small = input
  let tries = 0
  for (let size = small.length >> 1; size > 0; size >>= 1) {
    for (let at = 0; at < small.length && tries < 2000; tries++) {
      const less = small.slice(0, at) + small.slice(at + size)
      if ((await problemOf(hunt, less)) !== undefined) small = less
      else at += size
    }
  }
  return small
}
