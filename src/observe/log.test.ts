import { expect, it } from 'vitest'
import { createLog } from './log.ts'

it('keeps of an error its name, message and stack, and nothing that hangs on it', () => {
  const lines: string[] = []
  const log = createLog('error', { write: (line) => lines.push(line) })
  log.error(
    { err: Object.assign(new Error('broken'), { request: { authorization: 'Bearer s3cret' } }) },
    'failed',
  )
  log.error({ err: { secret: 's3cret' } }, 'failed')
  expect(JSON.parse(lines[0]!)).toMatchObject({
    level: 50,
    msg: 'failed',
    err: { type: 'Error', message: 'broken' },
  })
  expect(JSON.parse(lines[1]!)).toMatchObject({ err: { type: 'object' } })
  expect(lines.join()).not.toContain('s3cret')
})
