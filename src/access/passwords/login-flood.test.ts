import { setTimeout as wait } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { BoundedQueue, PasswordsBusy } from '#src/access/passwords/bounded-queue.ts'
import { PasswordHasher } from '#src/access/passwords/hasher.ts'

test('at most so many run at once, in order', async () => {
  const queue = new BoundedQueue(2, 10)
  const order: number[] = []
  let running = 0
  let most = 0
  const task = (i: number) => async () => {
    order.push(i)
    most = Math.max(most, ++running)
    await wait(1)
    running--
  }
  await Promise.all([0, 1, 2, 3, 4, 5].map((i) => queue.run(task(i))))
  expect(most).toBe(2)
  expect(order).toEqual([0, 1, 2, 3, 4, 5])
})

test('more than may wait are refused at once, and places come free again', async () => {
  const queue = new BoundedQueue(1, 2)
  const all = [1, 2, 3, 4].map(() => queue.run(() => wait(5)))
  const results = await Promise.allSettled(all)
  expect(results.map((r) => r.status)).toEqual(['fulfilled', 'fulfilled', 'fulfilled', 'rejected'])
  expect((results[3] as PromiseRejectedResult).reason).toBeInstanceOf(PasswordsBusy)
  await queue.run(() => wait(0))
})

test('a failing task gives its place back', async () => {
  const queue = new BoundedQueue(1, 1)
  await expect(queue.run(() => Promise.reject(new Error('no')))).rejects.toThrow('no')
  const first = queue.run(() => wait(1))
  await Promise.all([first, queue.run(() => wait(1))])
})

test('the main thread stays free while passwords are hashed', async () => {
  const hasher = new PasswordHasher({ params: { memory: 19_456, passes: 2, lanes: 1 } })
  let ticks = 0
  const timer = setInterval(() => ticks++, 1)
  await Promise.all(Array.from({ length: 6 }, () => hasher.hash('pass')))
  clearInterval(timer)
  expect(ticks).toBeGreaterThan(5)
})

test('a flood beyond the queue is refused', async () => {
  const hasher = new PasswordHasher({
    params: { memory: 64, passes: 1, lanes: 1 },
    concurrency: 1,
    maxWaiting: 3,
  })
  const results = await Promise.allSettled(Array.from({ length: 10 }, () => hasher.verify('x', undefined)))
  expect(results.filter((r) => r.status === 'rejected')).toHaveLength(6)
})
