/** Answers and the work behind them tell which accounts exist, have a password, or are blocked. */

import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { PasswordHasher } from '#src/access/passwords/hasher.ts'
import { startOwnServer } from '../conformance/own-server.ts'
import { Asking } from './asking.ts'

let a: Asking

beforeAll(async () => {
  a = new Asking(await startOwnServer())
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

test('a wrong password, none, and a blocked credential answer alike', async () => {
  const queries = [login(1, 'wrong'), login(2, 'wrong'), login(3, 'wrong'), login(3, 'x')]
  const answers = await Promise.all(queries.map((q) => a.ask(q)))
  expect(new Set(answers.map((r) => JSON.stringify([r.status, r.error])))).toHaveLength(1)
})

test('and cost the same hash', async () => {
  const verify = vi.spyOn(PasswordHasher.prototype, 'verify')
  for (const query of [login(1, 'wrong'), login(2, 'wrong'), login(3, 'wrong'), login(3, 'x')])
    await a.ask(query)
  expect(verify).toHaveBeenCalledTimes(4)
  verify.mockRestore()
})
