import { describe, expect, it } from 'vitest'
import { evaluate, fakeContext, POT, type World } from '#src/fql/testing/run.ts'
import { type DocKey, DocValue, type MissingCause } from '#src/fql/values/document.ts'
import { isNull } from '#src/fql/values/value.ts'
import { QueryFailure } from '../errors/failure.ts'
import { NO_SPAN } from '../syntax/span.ts'
import { createdElsewhere, createdHere, identityField } from './field-access.ts'

const doc = (key: DocKey, missing?: MissingCause) => new DocValue(POT, key, undefined, undefined, missing)
const world = (missing?: MissingCause): World => ({ pots: { 1: { size: 3 } }, ...(missing && { missing }) })

/** `code: message @ failing text`, and the texts that the hints point at. */
async function failureOf(query: string, missing?: MissingCause, d = doc(2n)): Promise<string> {
  try {
    await evaluate(query, fakeContext(world(missing)), { d })
    return 'no failure'
  } catch (error) {
    if (!(error instanceof QueryFailure)) throw error
    const { span = NO_SPAN, hints = [] } = error.details
    const text = ({ source, start, end }: typeof span) => source.text.slice(start, end)
    return [`${error.message} @ ${text(span)}`, ...hints.map((h) => `${h.message}: ${text(h.span)}`)].join(
      ' | ',
    )
  }
}

describe('identity', () => {
  it.each([
    [doc(5n), 'id', 5n],
    [doc('Boat'), 'name', 'Boat'],
    [doc('Boat'), 'id', undefined],
    [doc(5n), 'name', undefined],
    [doc(5n), 'size', undefined],
  ])('%#', (d, name, expected) => {
    const v = identityField(d, name)
    expect(typeof v === 'object' && 'id' in v ? v.id : v).toBe(expected)
  })

  it('the collection of every document', () => {
    expect(identityField(doc(1n, 'deleted'), 'coll')).toBe(POT)
  })
})

describe('reaching into a document that is not there', () => {
  it.each<[string, MissingCause, string]>([
    ['d.size', 'not found', 'Collection `Pot` does not contain document with id 2. @ d'],
    ['[d][0].size', 'not found', 'Collection `Pot` does not contain document with id 2. @ [0]'],
    ['d.size', 'permission denied', 'Insufficient privileges to perform the action. @ d'],
    ['d.size', 'collection deleted', 'Cannot access `size` on null. @ size | Null value created here: size'],
    [
      'd["size"]',
      'collection deleted',
      'Cannot access `[]` on null. @ ["size"] | Null value created here: ["size"]',
    ],
    ['d.shrink()', 'not found', 'Collection `Pot` does not contain document with id 2. @ d'],
  ])('%s, %s', async (query, cause, expected) => {
    expect(await failureOf(query, cause)).toBe(expected)
  })

  it('one that this query has deleted is null', async () => {
    expect(await failureOf('d.size', undefined, doc(2n, 'deleted'))).toBe(
      'Cannot access `size` on null. @ size | Null value created here: size',
    )
  })
})

describe('where a null came from', () => {
  it.each([
    ['null.a', 'Cannot access `a` on null. @ a | Null value created here: null'],
    ['{}.a.b', 'Cannot access `b` on null. @ b | Null value created here: a'],
    ['let x = if (false) 1\nx.y', 'Cannot access `y` on null. @ y | Null value created here: if (false) 1'],
    ['let x = {}.a\nx!', 'Null value, due to missing field `a` @ x! | Null value created here: a'],
    ['{}.a!', 'Null value, due to missing field `a` @ a!'],
  ])('%s', async (query, expected) => {
    expect(await failureOf(query)).toBe(expected)
  })

  it('is not told where the failing place touches it', async () => {
    const v = await evaluate('{}.abc')
    if (!isNull(v) || !v.span) throw new Error('no null with a place')
    const { source, start, end } = v.span
    expect(createdElsewhere(v, { source, start: end, end: end + 1 })).toEqual([])
    expect(createdElsewhere(v, { source, start: 0, end: start - 1 })).toEqual(createdHere(v))
    expect(createdElsewhere(v, { source: { name: 'f', text: '' }, start, end })).toEqual(createdHere(v))
  })
})
