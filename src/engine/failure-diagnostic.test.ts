import { describe, expect, it } from 'vitest'
import { unimplemented } from '#src/fql/errors/catalogue.ts'
import type { Diagnostic } from '#src/fql/errors/diagnostic.ts'
import { type ConstraintFailure, QueryFailure } from '#src/fql/errors/failure.ts'
import { renderDiagnostic } from '#src/fql/errors/render.ts'
import { NO_SPAN, type Span, span } from '#src/fql/syntax/span.ts'
import { failureDiagnostic, visibleDiagnostics } from './failure-diagnostic.ts'

const QUERY = { name: '*query*', text: 'f(g(1))' }
const BODY = { name: '*udf:f*', text: 'x => abort(x)' }
const outer = span(QUERY, 1, 7)
const inner = span(BODY, 10, 13)
const textOf = ({ source, start, end }: Span) => `${source.name} ${source.text.slice(start, end)}`

describe('mistakes in the text that only evaluation meets', () => {
  it('are shown with a message of their own, without the calls around them', () => {
    const failure = unimplemented('match expr', inner)
    const shown = failureDiagnostic(failure, [outer], true)
    expect(failure.message).toBe('The query failed 1 validation check')
    expect(shown).toMatchObject({ message: 'match expr not supported', span: inner, related: [] })
  })
})

describe('places', () => {
  it.each<[string, Span | undefined, readonly Span[], boolean, readonly string[]]>([
    [
      'the innermost call, then those around it',
      undefined,
      [outer, inner],
      true,
      ['*udf:f* (x)', '*query* (g(1))'],
    ],
    ['a place of its own comes first', inner, [outer], true, ['*udf:f* (x)', '*query* (g(1))']],
    ['those who may not look inside see their query', inner, [outer, inner], false, ['*query* (g(1))']],
    [
      'places without text are left out',
      undefined,
      [outer, NO_SPAN, inner],
      true,
      ['*udf:f* (x)', '*query* (g(1))'],
    ],
    ['no place at all', undefined, [], true, ['<no source> ']],
    ['none that may be seen', inner, [inner], false, ['<no source> ']],
  ])('%s', (_name, own, frames, seesInternals, expected) => {
    const failure = new QueryFailure('abort', 'Query aborted.', own ? { span: own } : {})
    const { span: first, related = [] } = failureDiagnostic(failure, frames, seesInternals)
    expect([first, ...related.map((r) => r.span)].map(textOf)).toEqual(expected)
    expect(related.every((r) => r.kind === 'trace')).toBe(true)
  })

  it('hints stand before the trace', () => {
    const hint: Diagnostic = { kind: 'hint', message: 'Null value created here', span: inner }
    const failure = new QueryFailure('null_value', 'Null', { span: inner, hints: [hint], annotation: 'here' })
    const d = failureDiagnostic(failure, [outer], true)
    expect(d.annotation).toBe('here')
    expect(d.related?.map((r) => r.kind)).toEqual(['hint', 'trace'])
  })
})

describe('constraint failures', () => {
  it.each<[string, ConstraintFailure[], string]>([
    ['none', [], ''],
    ['without path', [{ paths: [], message: 'no' }], '\nconstraint failures:\n  no'],
    ['of the whole document', [{ paths: [[]], message: 'no' }], '\nconstraint failures:\n  no'],
    ['with a path', [{ paths: [['a', 0, 'b']], message: 'no' }], '\nconstraint failures:\n  a[0].b: no'],
    ['with several paths', [{ paths: [['a'], ['b']], message: 'no' }], '\nconstraint failures:\n  a,b: no'],
    [
      'of several lines',
      [{ paths: [['a']], message: 'no\nmore' }],
      '\nconstraint failures:\n  a: no\n      more',
    ],
    [
      'several',
      [
        { paths: [['a']], message: 'no' },
        { paths: [], message: 'nor this' },
      ],
      '\nconstraint failures:\n  a: no\n  nor this',
    ],
  ])('%s', (_name, constraintFailures, text) => {
    const failure = new QueryFailure('constraint_failure', 'Failed.', { constraintFailures })
    expect(failureDiagnostic(failure, [outer], true).message).toBe(`Failed.${text}`)
  })
})

it('is rendered with its trace', () => {
  const failure = new QueryFailure('abort', 'Query aborted.')
  expect(renderDiagnostic(failureDiagnostic(failure, [outer, inner], true))).toBe(
    [
      'error: Query aborted.',
      'at *udf:f*:1:11',
      '  |',
      '1 | x => abort(x)',
      '  |           ^^^',
      '  |',
      'at *query*:1:2',
      '  |',
      '1 | f(g(1))',
      '  |  ^^^^^^',
      '  |',
    ].join('\n'),
  )
})

it('what a caller may see of log lines', () => {
  const all = [outer, inner].map((s): Diagnostic => ({ kind: 'info', message: 'a', span: s }))
  expect(visibleDiagnostics(all, true)).toEqual(all)
  expect(visibleDiagnostics(all, false)).toEqual(all.slice(0, 1))
})
