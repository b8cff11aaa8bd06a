import { describe, expect, it } from 'vitest'
import { fakeContext, show } from '#src/fql/testing/run.ts'

describe('global functions', () => {
  it.each([
    ['asc(.a)', '{ asc: [function <lambda>] }'],
    [
      'desc((a, b) => a)',
      'invalid_argument: `accessor` should accept 1 parameter, provided function requires exactly 2 parameters.',
    ],
    ['abort({ a: 1 })', 'abort: Query aborted.'],
    ['[FQL.Math, FQL.log, FQL.Collection]', '[Math, [function log()], Collection]'],
    ['FQL.Math.abs(-1) + FQL.dbg(2)', '3'],
    ['FQL.FQL', 'null'],
    ['FQL.evalV4({})', 'invalid_function_invocation: The function `evalV4` does not exist on `FQL`'],
    ['log()', 'null'],
  ])('%s', async (query, expected) => {
    expect(await show(query)).toBe(expected)
  })

  it('reports what is logged', async () => {
    const context = fakeContext()
    await show('log("a", 2.0, [1.0])\ndbg("a")\nlog()', context)
    expect(context.run.diagnostics.map((d) => [d.kind, d.message, d.brief ?? false, d.span.start])).toEqual([
      ['info', 'a 2 [1.0]', true, 3],
      ['info', '"a"', false, 24],
      ['info', '', true, 33],
    ])
  })
})
