import { describe, expect, it } from 'vitest'
import { fakeContext, show } from '#src/fql/testing/run.ts'
import { QueryFailure } from '../errors/failure.ts'
import { NO_SPAN } from '../syntax/span.ts'
import { Context } from './context.ts'
import { DeadlineExceeded, MAX_STACK_FRAMES, RunState } from './run-state.ts'

const runningIn = (state: RunState): Context => {
  const { host, permissions } = fakeContext()
  return new Context(host, permissions, state)
}

/** Each function calls itself `n` times. */
const nested = (n: number) => `let f = (g, n) => if (n == 0) 0 else 1 + g(g, n - 1)\nf(f, ${n})`

describe('depth of calls', () => {
  it('2048 frames and the one about to be made, on many JS stacks', async () => {
    expect(await show(nested(MAX_STACK_FRAMES))).toBe(String(MAX_STACK_FRAMES))
    expect(await show(nested(MAX_STACK_FRAMES + 1))).toBe(
      'stack_overflow: number of stack frames exceeded limit of 2048',
    )
  })

  it('frames are gone when calls are done', async () => {
    const state = new RunState()
    await show(nested(500), runningIn(state))
    expect(state.frames).toEqual([])
  })

  it('the frames of a failure stay: they are its trace', async () => {
    const state = new RunState()
    await show('let f = () => abort(1)\nf()', runningIn(state))
    expect(state.frames.map(({ source, start, end }) => source.text.slice(start, end))).toEqual(['()', '(1)'])
  })

  it('frames of another place come and go together', () => {
    const state = new RunState()
    state.pushAll([NO_SPAN, NO_SPAN])
    state.push(NO_SPAN)
    state.leave()
    state.leaveAll([NO_SPAN, NO_SPAN])
    expect(state.frames).toEqual([])
  })
})

describe('time', () => {
  it('long computations let others run', async () => {
    let turns = 0
    let running = true
    const count = () => {
      turns++
      if (running) setImmediate(count)
    }
    setImmediate(count)
    await show('Set.sequence(0, 16000).toArray().map(x => [x, x + 1].map(y => y * 2)).length')
    running = false
    expect(turns).toBeGreaterThan(0)
  })

  it('a computation that is done soon is done at once', () => {
    const state = new RunState()
    for (let i = 0; i < 100; i++) expect(state.step()).toBeUndefined()
  })

  it('the deadline is noticed by calls and by visits of elements', async () => {
    const late = () => new RunState(performance.now() - 1)
    const visits = late()
    expect(() => {
      for (let i = 0; i < 10_000; i++) visits.tick()
    }).toThrow(DeadlineExceeded)
    await expect(
      show('Set.sequence(0, 1000).toArray().map(x => x)', runningIn(late())),
    ).rejects.toBeInstanceOf(DeadlineExceeded)
  })

  it('600,000 steps are too much compute', () => {
    const state = new RunState()
    state.count(600_000)
    const look = () => {
      for (let i = 0; i < 256; i++) state.step()
    }
    expect(look).toThrow(QueryFailure)
    const few = new RunState()
    few.count(599_000)
    for (let i = 0; i < 256; i++) few.step()
    expect(few.steps).toBe(599_256)
    expect(() => few.countElements(1000)).toThrow('got 12006, limit: 12000')
  })
})

describe('hints', () => {
  it('each place gets the same one once, and none that nobody wants', () => {
    const at = { source: { name: 'q', text: 'abc' }, start: 0, end: 1 }
    const wanted = new RunState(undefined, true)
    wanted.hint('a', at)
    wanted.hint('a', at)
    wanted.hint('b', at)
    wanted.hint('nowhere')
    expect([...wanted.hints.values()].map((h) => h.message)).toEqual(['a', 'b'])
    const unwanted = new RunState()
    unwanted.hint('a', at)
    expect(unwanted.hints.size).toBe(0)
  })
})
