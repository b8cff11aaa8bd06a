import { expect, it } from 'vitest'
import { login } from '../../examples/login.ts'
import { startOwnServer } from '../conformance/own-server.ts'

it('the login example does what it says', async () => {
  const server = await startOwnServer()
  const lines: string[] = []
  try {
    await login({ endpoint: new URL(server.url), secret: server.secret }, (line) => lines.push(line))
  } finally {
    await server.stop()
  }
  expect(lines).toEqual([
    'Ada reads her order of 4200',
    "Ada is refused Bob's order: null_value",
    'Ada has 2 tokens, one for her laptop',
    'The deleted token answers 401',
    'The other still identifies Ada',
  ])
})
