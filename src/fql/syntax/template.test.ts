import { describe, expect, it } from 'vitest'
import { joinTemplate, type Template } from './template.ts'

const compose = {
  array: (items: readonly unknown[]): unknown => items,
  object: (keys: readonly string[], items: readonly unknown[]): unknown =>
    Object.fromEntries(keys.map((k, i) => [k, items[i]])),
}
const value = (v: unknown): Template<unknown> => ({ kind: 'value', value: v })
const array = (...items: Template<unknown>[]): Template<unknown> => ({ kind: 'array', items })
const fql = (...parts: Template<unknown>[]): Template<unknown> => ({ kind: 'fql', parts })
const object = (fields: Record<string, Template<unknown>>): Template<unknown> => ({
  kind: 'object',
  keys: Object.keys(fields),
  items: Object.values(fields),
})

/** The text with `<` for the character that begins placeholders, and `value@start` of each. */
const joined = (t: Template<unknown>): [string, ...string[]] => {
  const { text, values } = joinTemplate(t, compose)
  return [text.replaceAll('\0', '<'), ...values.map((v) => `${JSON.stringify(v.value)}@${v.start}`)]
}

describe('query templates', () => {
  const cases: [Template<unknown>, string, ...string[]][] = [
    ['hello world', 'hello world'],
    [fql('hello', 'world'), 'helloworld'],
    [fql("'hello ' +", value('world')), "'hello ' +<value>", '"world"@10'],
    [fql('hello ', fql('foo ', 'bar'), ' world'), 'hello foo bar world'],
    [array('1', '2', '3'), '[(1), (2), (3)]'],
    [array(value('1'), value('2')), '<value>', '["1","2"]@0'],
    [array(value('1'), '2', value('3')), '[<value>, (2), <value>]', '"1"@1', '"3"@15'],
    [array('1', array(value(1), value(2)), '3'), '[(1), <value>, (3)]', '[1,2]@6'],
    [
      array(value(0), array('1', value(2)), value(3)),
      '[<value>, [(1), <value>], <value>]',
      '0@1',
      '2@16',
      '3@26',
    ],
    [array(), '<value>', '[]@0'],
    [array(fql('a', fql('b'))), '[(ab)]'],
    [object({ a: '1', '"': fql('2') }), '{ "a": (1), "\\"": (2) }'],
    [object({ a: value(1), b: array(value(2)) }), '<value>', '{"a":1,"b":[2]}@0'],
    [object({ a: value(1), b: '2' }), '{ "a": <value>, "b": (2) }', '1@7'],
    [fql('f(', object({ a: value(1) }), ')'), 'f(<value>)', '{"a":1}@2'],
  ]
  it.each(cases)('%j', (template, ...expected) => {
    expect(joined(template)).toEqual(expected)
  })

  it('joins as deep as requests can nest', () => {
    let t = value(1)
    for (let i = 0; i < 1000; i++) t = array(t)
    expect(joined(t)).toEqual(['<value>', `${'['.repeat(1000)}1${']'.repeat(1000)}@0`])
  })
})
