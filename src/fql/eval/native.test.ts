import { describe, expect, it } from 'vitest'
import { fakeContext, show } from '#src/fql/testing/run.ts'
import { method } from '../stdlib/declare.ts'
import { NativeFunctionValue } from '../values/function.ts'
import { NULL, type Value } from '../values/value.ts'

/** A built-in that answers its arguments as they come in. */
const echo = (...signatures: string[]) =>
  new NativeFunctionValue(
    method(signatures, (_ctx, _self, ...args: Value[]) => args),
    NULL,
  )

const calling = (call: string, ...signatures: string[]) =>
  show(`f${call}`, fakeContext(), { f: echo(...signatures) })

describe('one signature', () => {
  it.each([
    ['(1)', 'f(a: Int) => Any', '[1]'],
    ['(1.0)', 'f(a: Int) => Any', '[1]'],
    ['(1)', 'f(a: Double) => Any', '[1.0]'],
    ['(1.5)', 'f(a: Int) => Any', 'expected value for `a` of type Int, received Double'],
    ['("5")', 'f(a: ID) => Any', '[ID("5")]'],
    ['("x")', 'f(a: ID) => Any', 'expected value for `a` of type ID, received String'],
    ['(null)', 'f(a: String | Null) => Any', '[null]'],
    ['(1)', 'f(a: String | Null) => Any', 'expected value for `a` of type String | Null, received Int'],
    ['({})', 'f(a: Struct) => Any', '[{}]'],
    ['(Math)', 'f(a: Struct) => Any', 'expected value for `a` of type { *: Any }, received Math'],
    ['(Math)', 'f(a: Object) => Any', '[Math]'],
    ['(Math)', 'f(a: Document) => Any', 'expected value for `a` of type Doc, received Math'],
    ['()', 'f(a: Int, b: Int) => Any', 'callee function expects exactly 2 arguments, but 0 were provided.'],
    ['(1, 2, 3)', 'f(a: Int, b: ...Int) => Any', '[1, 2, 3]'],
    ['(1)', 'f(a: Int, b: ...Int) => Any', '[1]'],
    [
      '()',
      'f(a: Int, b: ...Int) => Any',
      'callee function expects at least 1 argument, but 0 were provided.',
    ],
    ['(1, 2, "x")', 'f(a: Int, b: ...Int) => Any', 'expected value for `b1` of type Int, received String'],
  ])('%s of %s', async (call, signature, expected) => {
    expect((await calling(call, signature)).replace(/^invalid_\w+: /, '')).toBe(expected)
  })
})

describe('several signatures: the first that fits', () => {
  const either = ['f(a: Int) => Any', 'f(a: String) => Any', 'f(a: Int, b: Int) => Any']

  it.each([
    ['(1)', '[1]'],
    ['("x")', '["x"]'],
    ['(1, 2.0)', '[1, 2]'],
    ['(true)', 'expected arguments to `f` of type (Int) | (String), received (Boolean)'],
    ['(1, "x")', 'expected arguments to `f` of type (Int, Int), received (Int, String)'],
    ['()', 'callee function expects 1 or 2 arguments, but 0 were provided.'],
  ])('%s', async (call, expected) => {
    expect((await calling(call, ...either)).replace(/^invalid_\w+: /, '')).toBe(expected)
  })
})

describe('functions as arguments take what they will be given', () => {
  const one = 'f(g: (A) => Any) => Any'
  const refusal = (has: string) => `\`g\` should accept 1 parameter, provided function requires ${has}.`

  it.each([
    ['(x => x)', one, '[[function <lambda>]]'],
    ['((...x) => x)', one, '[[function <lambda>]]'],
    ['((a, b) => a)', one, refusal('exactly 2 parameters')],
    ['(() => 1)', one, refusal('no parameters')],
    ['(Math.abs)', one, '[[function abs()]]'],
    ['((a, b) => a)', 'f(g: Int | ((A) => Any)) => Any', refusal('exactly 2 parameters')],
    ['(1)', one, 'expected value for `g` of type Function, received Int'],
  ])('%s', async (call, signature, expected) => {
    expect((await calling(call, signature)).replace(/^invalid_\w+: /, '')).toBe(expected)
  })
})
