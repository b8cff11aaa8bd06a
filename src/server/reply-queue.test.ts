import { setImmediate as turn } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { ReplyQueue } from './reply-queue.ts'

it('sends the replies of a turn at its end, in their order', async () => {
  const queue = new ReplyQueue()
  const sent: number[] = []
  for (const i of [1, 2, 3]) queue.add(() => sent.push(i), 0)
  expect(sent).toEqual([])
  await turn()
  expect(sent).toEqual([1, 2, 3])
})

it('sends what would wait for too long', async () => {
  const queue = new ReplyQueue()
  const sent: number[] = []
  queue.add(() => sent.push(1), 10)
  queue.add(() => sent.push(2), 14)
  expect(sent).toEqual([])
  queue.add(() => sent.push(3), 15.5)
  expect(sent).toEqual([1, 2, 3])
  queue.add(() => sent.push(4), 15.6)
  queue.lookAtClock(20)
  expect(sent).toEqual([1, 2, 3])
  queue.lookAtClock(21)
  expect(sent).toEqual([1, 2, 3, 4])
  queue.add(() => sent.push(5), 22)
  await turn()
  expect(sent).toEqual([1, 2, 3, 4, 5])
})
