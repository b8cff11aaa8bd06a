/**
 * Whole queries: whatever the program, the answer is a documented one, in time; and it is the same whether the store answers
 * at once or late.
 */
import { FaultyEngine } from '#src/storage/faulty/engine.ts'
import { MemoryEngine } from '#src/storage/memory/engine.ts'
import { type Answer, type Client, mustQuery, openService, serviceClient } from '../concurrency/client.ts'
import { DOCUMENTED } from './documented-codes.ts'
import { hunt } from './hunt.ts'
import { randomProgram, setUp } from './programs.ts'
import { caseTexts, randomText } from './texts.ts'

/** Programs that a database sees before it is replaced by a new one: they write. */
const PROGRAMS_PER_DATABASE = 300

const open = async (storage: MemoryEngine | FaultyEngine): Promise<Client> => {
  const client = serviceClient(openService(storage))
  for (const fql of setUp) await mustQuery(client, fql)
  return client
}

interface Sides {
  readonly now: Client
  readonly late: Client
}

/** Gives databases, one over each kind of store, and new ones from time to time. */
function pairs(): () => Promise<Sides> {
  let used = 0
  let sides: Sides | undefined
  return async () => {
    if (!sides || used++ % PROGRAMS_PER_DATABASE === 0)
      sides = {
        now: await open(new MemoryEngine()),
        late: await open(new FaultyEngine(new MemoryEngine(), { maxTurns: 1 })),
      }
    return sides
  }
}

const writingClients = pairs()
/** Nothing is ever kept in these, so that both stay alike. */
const alikeClients = pairs()

function checkAnswer({ status, code, text }: Answer): void {
  if (status !== 200 && !DOCUMENTED[status]?.has(code ?? '')) throw new Error(`${status} ${text}`)
}

/** What differs from run to run: ids and times. */
const settled = (answer: Answer): string =>
  JSON.stringify([answer.status, answer.data, answer.code, answer.text])
    .replaceAll(/\d{17,}/g, 'ID')
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME')

const UNSETTLED = /newId|now|ts|today|random|secret|hash|id|count|timeout/i

async function check(program: string): Promise<void> {
  const { now, late } = await writingClients()
  for (const typecheck of [false, true]) checkAnswer(await now.query(program, { typecheck, timeoutMs: 3000 }))
  const aborted = `abort({\n${program}\n})`
  const answers = await Promise.all([now, late].map((c) => c.query(aborted, { timeoutMs: 20_000 })))
  for (const answer of answers) checkAnswer(answer)
}

async function checkAlike(program: string): Promise<void> {
  const { now, late } = await alikeClients()
  const aborted = `abort({\n${program}\n})`
  const a = await now.query(aborted, { timeoutMs: 20_000 })
  const b = await late.query(aborted, { timeoutMs: 20_000 })
  checkAnswer(a)
  checkAnswer(b)
  if (!UNSETTLED.test(program) && settled(a) !== settled(b))
    throw new Error(`${settled(a)}\nlate:\n${settled(b)}`)
}

/** A program may create a hundred thousand documents, and runs four times: that takes its time, and is no fault. */
const slow = 25
hunt({ target: 'programs', inputs: 400, share: 0.25, make: randomProgram, check, slow })
hunt({ target: 'late-programs', inputs: 200, share: 0.15, make: randomProgram, check: checkAlike, slow })

const cases = caseTexts('query')
hunt({
  target: 'mutated-cases',
  inputs: 300,
  share: 0.1,
  make: (random) => randomText(random, cases),
  check,
  slow,
})
