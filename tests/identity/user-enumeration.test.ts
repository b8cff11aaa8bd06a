/** Answers and their timing tell which accounts exist, have a password, or are blocked. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startOwnServer } from '../conformance/own-server.ts'
import { Asking } from './asking.ts'

let a: Asking

beforeAll(async () => {
  // Dear enough to be seen over the network, cheap enough for a test.
  a = new Asking(await startOwnServer(undefined, { passwordParams: { memory: 19_456, passes: 2, lanes: 1 } }))
  await a.data('Collection.create({ name: "User" })')
  await a.data('Credential.create({ document: User.create({ id: 1 }), password: "x" })')
  await a.data('Credential.create({ document: User.create({ id: 2 }) })')
  await a.data('Credential.create({ document: User.create({ id: 3 }), password: "x" })')
  for (let i = 0; i < 11; i++) await a.ask(login(3, 'wrong'))
  await a.call('PUT', '/identity/1/settings', a.server.secret, {
    throttle: { credential: { max_delay: 3600, first_delay: 3600 } },
  })
})
afterAll(() => a.server.stop())

const login = (id: number, password: string) =>
  `Credential.byDocument(User("${id}"))!.login("${password}").id`

/** Least times of queries that take turns, so that whatever else the machine does falls on all alike. */
async function leastTimes(queries: readonly string[]): Promise<number[]> {
  const least = queries.map(() => Number.POSITIVE_INFINITY)
  for (let round = 0; round < 9; round++)
    for (const [i, query] of queries.entries()) least[i] = Math.min(least[i]!, (await a.ask(query)).ms)
  return least
}

test('a wrong password, none, and a blocked credential answer alike and take as long', async () => {
  const queries = [login(1, 'wrong'), login(2, 'wrong'), login(3, 'wrong'), login(3, 'x')]
  const answers = await Promise.all(queries.map((q) => a.ask(q)))
  expect(new Set(answers.map((r) => JSON.stringify([r.status, r.error])))).toHaveLength(1)
  // The first is itself blocked after ten, which must not show either.
  const times = await leastTimes(queries)
  expect(Math.max(...times)).toBeLessThan(2 * Math.min(...times))
  const [other] = await leastTimes(['1'])
  expect(Math.min(...times)).toBeGreaterThan(2 * other!)
})
