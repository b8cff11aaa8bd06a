/** A query that type-checks does not fail at run time for the kind of a value (spec/language.md §3). */
import { expect, test } from 'vitest'
import { seeded } from '#src/storage/faulty/seeded.ts'
import { MemoryEngine } from '#src/storage/memory/engine.ts'
import { mustQuery, openService, serviceClient } from '../concurrency/client.ts'
import { randomProgram, setUp } from './programs.ts'

const PROGRAMS = process.env['VIVARIUM_LONG'] ? 50_000 : 1500

/** Failures that say that a value is of the wrong kind. */
const MISMATCH = new Set([
  'type_mismatch',
  'invalid_function_invocation',
  'invalid_null_access',
  'unbound_variable',
])

/**
 * Where anything may happen: fields of documents without a schema are `Any`, and so is what is made of them; operands of
 * `isa` are not checked (spec/language.md §3.4); `flatten` is declared for arrays of anything.
 */
const isUnchecked = (program: string): boolean =>
  /Item|Other|Role|Query|abort|FQL|Collection|Object|fromEntries|isa|flatten/.test(program)

/** `null[key]` passes the checker, as in the reference. */
const IS_KNOWN = 'Cannot access `[]` on null.'

test('a query that type-checks does not fail with a type mismatch', async () => {
  const client = serviceClient(openService(new MemoryEngine()))
  for (const fql of setUp) await mustQuery(client, fql)
  const random = seeded(1)
  let checked = 0
  for (let i = 0; i < PROGRAMS; i++) {
    const program = randomProgram(random)
    if (isUnchecked(program)) continue
    const { status, code, text } = await client.query(`abort({\n${program}\n})`, {
      typecheck: true,
      timeoutMs: 3000,
    })
    if (code !== 'invalid_query') checked++
    const isMismatch = status === 400 && MISMATCH.has(code ?? '') && !text?.includes(IS_KNOWN)
    expect(isMismatch ? `${program}\n${text}` : '').toBe('')
  }
  expect(checked).toBeGreaterThan(PROGRAMS / 20)
})
