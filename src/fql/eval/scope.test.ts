import { describe, expect, it } from 'vitest'
import { show } from '#src/fql/testing/run.ts'
import { FunctionScope } from './scope.ts'

describe('slots', () => {
  it('every declaration has one of its own, also one of a name that is bound already', () => {
    const scope = new FunctionScope()
    expect([scope.declare('a'), scope.declare('b'), scope.declare('a')]).toEqual([0, 1, 2])
    expect([scope.resolve('a'), scope.resolve('b'), scope.resolve('c')]).toEqual([2, 1, undefined])
    expect(scope.size).toBe(3)
  })

  it('the end of a block forgets its names, not its slots', () => {
    const scope = new FunctionScope()
    scope.declare('a')
    const mark = scope.mark()
    scope.declare('a')
    scope.release(mark)
    expect(scope.resolve('a')).toBe(0)
    expect(scope.declare('b')).toBe(2)
  })

  it('a variable from further out is captured by every function between, once', () => {
    const outer = new FunctionScope()
    outer.declare('x')
    const middle = new FunctionScope(outer)
    middle.skip()
    const inner = new FunctionScope(middle)
    inner.declare('p')
    expect([inner.resolve('x'), inner.resolve('x')]).toEqual([1, 1])
    expect(inner.captures).toEqual([{ name: 'x', outer: 1, inner: 1 }])
    expect(middle.captures).toEqual([{ name: 'x', outer: 0, inner: 1 }])
    expect(outer.captures).toEqual([])
  })
})

describe('closures', () => {
  it.each([
    ['let a = 1; let f = () => a; let a = 2; [f(), a]', '[1, 2]'],
    ['let a = 1; { let a = 2; a }; a', '1'],
    ['let a = 1; let a = a + 1; a', '2'],
    ['let a = 1; [(a => a)(5), a]', '[5, 1]'],
    ['let a = 1; let f = x => y => z => a + x + y + z; f(10)(100)(1000)', '1111'],
    ['let f = x => { let g = y => x + y; let x = 0; [g(1), x] }; f(5)', '[6, 0]'],
    ['((_, b) => b)(1, 2)', '2'],
    ['((_, _) => 3)(1, 2)', '3'],
    ['((...rest) => rest)()', '[]'],
    ['((a, ...rest) => [a, rest])(1, 2, 3)', '[1, [2, 3]]'],
    ['((a, ..._) => a)(1, 2, 3)', '1'],
    [
      '((a, ...rest) => a)()',
      'invalid_function_invocation: callee function expects at least 1 argument, but 0 were provided.',
    ],
    [
      '(a => a)(1, 2)',
      'invalid_function_invocation: callee function expects exactly 1 argument, but 2 were provided.',
    ],
    ['[1, 2].map(x => [3].map(y => x * y))', '[[3], [6]]'],
    ['[{ a: [{ b: 1 }] }].map(.a.map(.b))', '[[1]]'],
    ['let n = 2; { a: 1 } { a, m: n }', '{ a: 1, m: 2 }'],
    ['let n = 2; [{ a: 1 }] { m: [3].map(x => x + n) }', '[{ m: [5] }]'],
    ['nobody', 'unbound_variable: Unbound variable `nobody`'],
    ['let Math = 1; Math', '1'],
  ])('%s', async (query, expected) => {
    expect(await show(query.replaceAll('; ', '\n'))).toBe(expected)
  })
})
