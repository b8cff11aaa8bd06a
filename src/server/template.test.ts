import { describe, expect, it } from 'vitest'
import { parseJson } from './json-parser.ts'
import { readTemplate } from './template.ts'

const read = (json: unknown) =>
  readTemplate(parseJson(typeof json === 'string' ? json : JSON.stringify(json)))
const foreignKey =
  "Unexpected JSON Object Field Name. Expected an object with a single key 'fql', 'value', 'array', or 'object'."

describe('readTemplate', () => {
  it('reads every kind of part', () => {
    const json = '{"fql":["a",{"value":{"@int":"1"}},{"array":["x"]},{"object":{"b":"y","a":{"fql":["z"]}}}]}'
    expect(read(json)).toEqual({
      kind: 'fql',
      parts: [
        'a',
        { kind: 'value', value: { keys: ['@int'], values: ['1'] } },
        { kind: 'array', items: ['x'] },
        { kind: 'object', keys: ['b', 'a'], items: ['y', { kind: 'fql', parts: ['z'] }] },
      ],
    })
  })

  it.each([
    ['1', 'Unexpected JSON Integer. Expected query template.'],
    ['1.5', 'Unexpected JSON Double. Expected query template.'],
    ['null', 'Unexpected JSON Null. Expected query template.'],
    ['true', 'Unexpected JSON Boolean. Expected query template.'],
    ['[]', 'Unexpected JSON Array Start. Expected query template.'],
    ['{"sql":[]}', foreignKey],
    ['{"fql":[],"value":1}', foreignKey],
    ['{"fql":["a",2]}', 'Unexpected JSON Integer. Expected query template.'],
    ['{"fql":["a\\u0000"]}', 'FQL strings cannot contain NUL characters'],
    ['{"array":["\\u0000"]}', 'FQL strings cannot contain NUL characters'],
    ['{"object":{"k":"1","k":"2"}}', 'Duplicate object field `k`'],
  ])('refuses %s', (json, reason) => {
    expect(() => read(json)).toThrow(`Invalid request body: ${reason}`)
  })

  it('leaves NUL in a plain string to the parser of the language', () => {
    expect(read('"a\\u0000"')).toBe('a\0')
  })
})
