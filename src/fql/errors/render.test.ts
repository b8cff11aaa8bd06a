import { describe, expect, it } from 'vitest'
import { parseExpr, parseLambda, parseQuery } from '#src/fql/syntax/parser.ts'
import { NO_SPAN, span } from '#src/fql/syntax/span.ts'
import type { Diagnostic } from './diagnostic.ts'
import { renderAll, renderDiagnostic } from './render.ts'

const QUERY = '*query*'

const at = (text: string, start: number, end: number) => span({ name: QUERY, text }, start, end)

const hint = (text: string, start: number, end: number, suggestion?: string): Diagnostic => ({
  kind: 'hint',
  message: 'this is a hint',
  span: at(text, start, end),
  ...(suggestion === undefined ? {} : { suggestion: { text: suggestion } }),
})

/** A literal block without its first line end and its margin, which ends in `,`. */
const block = (strings: TemplateStringsArray): string =>
  strings
    .join('')
    .trim()
    .split('\n')
    .map((l) => l.replace(/^\s*,/, ''))
    .join('\n')

describe('one place', () => {
  const cases: [string, Diagnostic, string][] = [
    [
      'in a line',
      hint('hello world', 1, 3),
      block`
      ,hint: this is a hint
      ,at *query*:1:2
      ,  |
      ,1 | hello world
      ,  |  ^^
      ,  |`,
    ],
    [
      'at the end of the text',
      hint('hello world', 11, 12),
      block`
      ,hint: this is a hint
      ,at *query*:1:12
      ,  |
      ,1 | hello world
      ,  |            ^
      ,  |`,
    ],
    [
      'in the last line',
      hint('hello\nworld', 9, 11),
      block`
      ,hint: this is a hint
      ,at *query*:2:4
      ,  |
      ,2 | world
      ,  |    ^^
      ,  |`,
    ],
    [
      'past what is visible',
      hint('foo\n   ', 11, 12),
      block`
      ,hint: this is a hint
      ,at *query*:1:4
      ,  |
      ,1 | foo
      ,  |    ^
      ,  |`,
    ],
    [
      'in an empty text',
      hint('', 10, 11),
      block`
      ,hint: this is a hint
      ,at *query*:1:1
      ,  |
      ,1 |
      ,  | ^
      ,  |`,
    ],
    [
      'with an annotation and a placeholder',
      { ...hint('f(\0value>)', 2, 9), kind: 'error', annotation: 'wrong' },
      block`
      ,error: this is a hint
      ,at *query*:1:3
      ,  |
      ,1 | f(<value>)
      ,  |   ^^^^^^^ wrong
      ,  |`,
    ],
    [
      'to delete',
      hint('hello world', 1, 3, ''),
      block`
      ,hint: this is a hint
      ,at *query*:1:2
      ,  |
      ,1 | hello world
      ,  |  --
      ,  |`,
    ],
    [
      'to insert',
      hint('hello world', 5, 5, ' 123'),
      block`
      ,hint: this is a hint
      ,at *query*:1:6
      ,  |
      ,1 | hello 123 world
      ,  |      ++++
      ,  |`,
    ],
    [
      'to replace',
      hint('hello world', 6, 11, 'foo'),
      block`
      ,hint: this is a hint
      ,at *query*:1:7
      ,  |
      ,1 | hello foo
      ,  |       ~~~
      ,  |`,
    ],
    [
      'over several lines',
      hint('Collection.create({\n  name: "Foo",\n})', 17, 37),
      block`
      ,hint: this is a hint
      ,at *query*:1:18
      ,  |
      ,1 |   Collection.create({
      ,  |  __________________^
      ,2 | |   name: "Foo",
      ,3 | | })
      ,  | |__^
      ,  |`,
    ],
    [
      'over lines 9 to 10',
      hint(`${'\n'.repeat(8)}ab\ncd`, 9, 12),
      block`
      ,hint: this is a hint
      ,at *query*:9:2
      ,   |
      , 9 |   ab
      ,   |  __^
      ,10 | | cd
      ,   | |_^
      ,   |`,
    ],
    [
      'nowhere',
      { kind: 'hint', message: 'this is a hint', span: NO_SPAN, suggestion: { text: '1234' } },
      block`
      ,hint: this is a hint
      ,at <no source>`,
    ],
    [
      'of a log line',
      { kind: 'info', message: 'hello', brief: true, span: at('\nlog("hello")', 4, 13) },
      'info at *query*:2: hello',
    ],
  ]
  it.each(cases)('%s', (_, diagnostic, text) => {
    expect(renderDiagnostic(diagnostic)).toBe(text)
  })
})

describe('related places', () => {
  const errorsOf = (r: { ok: boolean; errors?: readonly Diagnostic[] }) => renderAll(r.errors ?? [])

  it('drop their place when it is on the line of the parent', () => {
    const text = '{ "#{3}": 2 }'
    expect(errorsOf(parseExpr({ name: QUERY, text }))).toBe(block`
      ,error: Object keys do not support interpolation
      ,at *query*:1:6
      ,  |
      ,1 | { "#{3}": 2 }
      ,  |      ^
      ,  |
      ,hint: Add a backslash to ignore the interpolation
      ,  |
      ,1 | { "\\#{3}": 2 }
      ,  |    +
      ,  |
      ,hint: Use Object.fromEntries if you need a dynamic key
      ,  |
      ,1 | { "#{3}": 2 }
      ,  |   ^^^^^^
      ,  |`)
  })

  it('have their place on other lines', () => {
    const text = 'let a = 1\n{\n  let b = 2\n}'
    expect(errorsOf(parseQuery({ name: QUERY, text }))).toBe(block`
      ,error: Missing return expression
      ,at *query*:4:1
      ,  |
      ,4 | }
      ,  | ^
      ,  |
      ,cause: Statement does not return a value
      ,at *query*:3:3
      ,  |
      ,3 |   let b = 2
      ,  |   ^^^^^^^^^
      ,  |`)
  })

  it('suggest insertions', () => {
    expect(errorsOf(parseLambda({ name: '*body*', text: '1 + 2' }))).toBe(block`
      ,error: Body must be a lambda expression.
      ,at *body*:1:1
      ,  |
      ,1 | 1 + 2
      ,  | ^^^^^ Expression is not a lambda.
      ,  |
      ,hint: Declare a lambda.
      ,  |
      ,1 | () => 1 + 2
      ,  | ++++++
      ,  |`)
  })

  it('title the first trace frame only after hints', () => {
    const frame = (text: string): Diagnostic => ({ kind: 'trace', message: '', span: at(text, 1, 3) })
    const error = (related: Diagnostic[]): Diagnostic => ({
      kind: 'error',
      message: 'e',
      span: span({ name: '*udf:f*', text: 'x' }, 0, 1),
      related,
    })
    const own = 'error: e\nat *udf:f*:1:1\n  |\n1 | x\n  | ^\n  |'
    const place = 'at *query*:1:2\n  |\n1 | f()\n  |  ^^\n  |'
    expect(renderDiagnostic(error([frame('f()'), frame('f()')]))).toBe(`${own}\n${place}\n${place}`)
    expect(renderDiagnostic(error([hint('f()', 1, 3), frame('f()'), frame('f()')]))).toBe(
      `${own}\nhint: this is a hint\n${place}\ntrace:\n${place}\n${place}`,
    )
  })

  it('are joined by blank lines', () => {
    const d = hint('a', 0, 1)
    expect(renderAll([d, d])).toBe(`${renderDiagnostic(d)}\n\n${renderDiagnostic(d)}`)
  })

  it('stop when the text is long enough', () => {
    const long = 'x'.repeat(2 ** 22)
    const ds = Array.from({ length: 5 }, () => hint(long, 0, 1))
    expect(renderAll(ds)).toBe(`${renderDiagnostic(ds[0] as Diagnostic)}\n\n(4 more)`)
  })
})

it('many diagnostics of one long text take no longer than they must', () => {
  const text = `${'index\n'.repeat(40_000)}${' '.repeat(1_000_000)}`
  const source = { name: 'main.fsl', text }
  const all = Array.from({ length: 40_000 }, (_, i) => ({
    kind: 'error' as const,
    message: 'Unexpected index',
    span: span(source, 6 * i, 6 * i + 5),
    related: [
      {
        kind: 'hint' as const,
        message: 'Remove it',
        span: span(source, 6 * i, 6 * i + 5),
        suggestion: { text: '' },
      },
    ],
  }))
  const before = performance.now()
  expect(renderAll(all)).toMatch(/more\)$/)
  expect(performance.now() - before).toBeLessThan(5000)
})
