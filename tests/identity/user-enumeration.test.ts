/** Answers and their timing tell which accounts exist, have a password, or are blocked. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startOwnServer } from '../conformance/own-server.ts'
import { Asking } from './asking.ts'

let a: Asking

beforeAll(async () => {
  // Dear enough to be seen over the network, cheap enough for a test.
  a = new Asking(await startOwnServer(undefined, { passwordParams: { memory: 8192, passes: 2, lanes: 1 } }))
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

const median = (numbers: number[]): number =>
  numbers.toSorted((x, y) => x - y)[Math.floor(numbers.length / 2)]!

async function time(query: string): Promise<number> {
  const times: number[] = []
  for (let i = 0; i < 7; i++) times.push((await a.ask(query)).ms)
  return median(times)
}

test('a wrong password, none, and a blocked credential answer alike and take as long', async () => {
  const queries = [login(1, 'wrong'), login(2, 'wrong'), login(3, 'wrong'), login(3, 'x')]
  const answers = await Promise.all(queries.map((q) => a.ask(q)))
  expect(new Set(answers.map((r) => JSON.stringify([r.status, r.error])))).toHaveLength(1)
  // The first is itself blocked after ten, which must not show either.
  const [wrong = 0, ...others] = [await time(queries[0]!), await time(queries[1]!), await time(queries[3]!)]
  for (const other of others) {
    expect(other).toBeGreaterThan(wrong * 0.5)
    expect(other).toBeLessThan(wrong * 2)
  }
})
