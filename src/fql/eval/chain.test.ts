import { describe, expect, it } from 'vitest'
import { evaluate, fakeContext, POT, show, type World } from '#src/fql/testing/run.ts'
import { DocValue } from '#src/fql/values/document.ts'
import { QueryFailure } from '../errors/failure.ts'

const WORLD: World = { pots: { 1: { size: 3, inner: new DocValue(POT, 9n) } } }
const there = new DocValue(POT, 1n)
const gone = new DocValue(POT, 2n)
const variables = { there, gone, id: 'id' }

/** The same with a store that answers at once and with one that does not. */
const both = (cases: readonly (readonly [string, string])[]) =>
  it.each(cases)('%s', async (query, expected) => {
    expect(await show(query, fakeContext(WORLD), variables)).toBe(expected)
    expect(await show(query, fakeContext({ ...WORLD, later: true }), variables)).toBe(expected)
  })

describe('skipping', () => {
  both([
    ['null?.a.b.c', 'null'],
    ['null?.a.b.c()', 'null'],
    ['null?.a?.b', 'null'],
    ['null?.[0].a', 'null'],
    ['null?.(1).a', 'null'],
    ['null?.["a"].b(abort(1))', 'null'],
    ['null?.[abort(1)]', 'abort: Query aborted.'],
    ['gone?.[abort(1)]', 'abort: Query aborted.'],
    ['null?.toString()', '"null"'],
    ['gone?.["size"].a', 'null'],
    ['gone?.["id"]', 'ID("2")'],
    ['{ a: null }.a?.b.c.d', 'null'],
    ['{ a: { b: 1 } }?.a?.b', '1'],
    ['null?.a(abort(1))', 'null'],
    ['[null?.a.b, 1]', '[null, 1]'],
    ['(null?.a).b', 'invalid_null_access: Cannot access `b` on null.'],
  ])
})

describe('optional calls', () => {
  both([
    ['{ f: null }.f?.()', 'null'],
    ['{}.f?.()', 'null'],
    ['{}.f?.().a.b', 'null'],
    ['{ a: { g: 1 } }.a.f?.().b(abort(1))', 'null'],
    ['{}.f?.()!', 'null_value: Null value, due to missing field `f`'],
    ['{ f: null }.f?.().a!', 'null_value: Null literal value'],
    ['{ f: () => 1 }.f?.()', '1'],
    ['{}.f()', 'invalid_function_invocation: The function `f` does not exist on `{ *: Any }`'],
    ['{ f: 1 }.f()', 'invalid_function_invocation: `f`: Expected a function, found `Int`'],
    ['1.f()', 'invalid_function_invocation: The function `f` does not exist on `Int`'],
    ['"ab".length()', 'invalid_function_invocation: `length`: Expected a function, found `Int`'],
    ['(1)(2)', 'type_mismatch: expected type: Function, received Int'],
    ['gone?.()', 'type_mismatch: expected type: Function, received Doc'],
  ])
})

describe('bang', () => {
  both([
    ['1!', '1'],
    ['null!', 'null_value: Null literal value'],
    ['{}.a!', 'null_value: Null value, due to missing field `a`'],
    ['null?.a.b!', 'null_value: Null literal value'],
    ['[].first()!', 'null_value: Null value, due to empty array'],
    ['null?.a!.b', 'null_value: Null literal value'],
    ['gone!', 'document_not_found: Collection `Pot` does not contain document with id 2.'],
    ['gone?.size!', 'document_not_found: Collection `Pot` does not contain document with id 2.'],
    ['there!.size', '3'],
  ])

  it('ends a skipped chain, so that what follows it is reached by no null', async () => {
    await expect(Promise.resolve(evaluateSafely('null?.a.b!.c(1).d'))).resolves.toBe('null_value')
  })
})

async function evaluateSafely(text: string): Promise<string> {
  try {
    await evaluate(text)
    return 'no failure'
  } catch (error) {
    if (error instanceof QueryFailure) return error.code
    throw error
  }
}

describe('documents in chains', () => {
  both([
    ['there.size', '3'],
    ['there[id]', 'ID("1")'],
    ['there.inner.id', 'ID("9")'],
    ['there.inner?.size', 'null'],
    ['there.inner.size', 'document_not_found: Collection `Pot` does not contain document with id 9.'],
    ['there.colour', 'null'],
    ['gone.id', 'ID("2")'],
    ['gone?.id', 'ID("2")'],
    ['gone.coll', 'Pot'],
    ['gone?.size', 'null'],
    ['gone.size', 'document_not_found: Collection `Pot` does not contain document with id 2.'],
    ['gone ?? 5', '5'],
    ['there ?? 5', '{ id: ID("1"), coll: Pot, size: 3, inner: [doc 9 in Pot] }'],
    ['gone == null', 'true'],
    ['there == null', 'false'],
  ])
})

describe('access', () => {
  both([
    ['[1, 2][1]', '2'],
    ['{ a: 1 }["a"]', '1'],
    ['{ a: 1 }["b"]', 'null'],
    ['Math["abs"]', 'invalid_function_invocation: The function `[]` does not exist on `Math`'],
    [
      'null[]',
      'invalid_function_invocation: callee function expects exactly 1 argument, but 0 were provided.',
    ],
    ['null["a"]', 'invalid_null_access: Cannot access `[]` on null.'],
    ['1["a"]', 'invalid_function_invocation: The function `[]` does not exist on `Int`'],
    ['{}[1]', 'invalid_argument: expected value for `key0` of type String, received Int'],
    [
      '{}["a", "b"]',
      'invalid_function_invocation: callee function expects exactly 1 argument, but 2 were provided.',
    ],
  ])
})
