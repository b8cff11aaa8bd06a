import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { printType, printTypeScheme } from './print.ts'
import type { TypeExpr } from './tree.ts'
import { parseType, parseTypeScheme } from './type-parser.ts'

const source = (text: string) => ({ name: '*type*', text })

const errorsOf = (text: string): string[] => {
  const r = parseType(source(text))
  if (r.ok) return []
  return r.errors.map((e) => {
    const related = (e.related ?? []).map((h) => ` [${h.message} @${h.span.start}-${h.span.end}]`)
    return `${e.message} @${e.span.start}-${e.span.end}${related.join('')}`
  })
}

const type = (text: string): TypeExpr => {
  const r = parseType(source(text))
  if (!r.ok) throw new Error(errorsOf(text).join('\n'))
  return r.value
}

describe('types', () => {
  it.each([
    ['Any', 'Any'],
    ['Never', 'Never'],
    ['Anything', 'Anything'],
    ['true', 'true'],
    ['- 1', '-1'],
    ["'a\"b'", '"a\\"b"'],
    ['Foo.Bar.Baz', 'Foo.Bar.Baz'],
    ['Array<Int,>', 'Array<Int>'],
    ['Map<A, Set<B>>', 'Map<A, Set<B>>'],
    ['Null', 'Null'],
    ['{}', '{}'],
    ['{a:int,b:"foo",*:boolean,}', '{ a: int, b: "foo", *: boolean }'],
    ['{a:int\n "b c": C; d: D // e\n if: E, ...}', '{ a: int, "b c": C, d: D, "if": E, ... }'],
    ['{ ... }', '{ ... }'],
    ['()', '[]'],
    ['(a)', 'a'],
    ['(a, b,)', '[a, b]'],
    ['[a]', '[a]'],
    ['A?', 'A?'],
    ['A & B?', 'A & B?'],
    ['(A | B)?', '(A | B)?'],
    ['A & (B | C)', 'A & (B | C)'],
    ['A | B => C', 'A | B => C'],
    ['A => B => C', 'A => B => C'],
    ['(A => B) => C', '(A => B) => C'],
    ['A | (B => C)', 'A | (B => C)'],
    ['() => A', '() => A'],
    ['(a: A) => B', '(a: A) => B'],
    ['(one: A, B, rest: ...C) => D', '(one: A, B, rest: ...C) => D'],
    ['(...A) => B', '(...A) => B'],
    ['A |\n B', 'A | B'],
    ['/* a */ A // b', 'A'],
  ])('%j is %s', (text, printed) => {
    expect(printType(type(text))).toBe(printed)
  })

  it('has spans', () => {
    expect(type('(a: (int | str)) => int').span).toMatchObject({ start: 0, end: 23 })
    expect(type(' A<B> ').span).toMatchObject({ start: 1, end: 5 })
  })

  it('reads schemes', () => {
    const r = parseTypeScheme(source('<A, B>\n (A, B) => A'))
    expect(r.ok && printTypeScheme(r.value)).toBe('<A, B> (A, B) => A')
  })
})

describe('mistakes', () => {
  it.each([
    ['3 | ##', 'Expected type @4-5'],
    ['{ a: 3, b: ## }', 'Expected type @11-12'],
    ['{ a: 3, ## }', 'Expected `}` @8-9'],
    ['{ a: Int,, b: C }', 'Expected `}` @9-10'],
    ['{ a: Int b }', 'Expected `,` or `}` @9-10'],
    ['{ a }', 'Expected `}` @2-3'],
    ['2 $$ 3', 'Expected end-of-input @2-3'],
    ['1.5', 'Expected end-of-input @1-2'],
    ['Foo..Baz', 'Expected `<` or end-of-input @3-4'],
    ['A\n| B', 'Expected end-of-input @2-3'],
    ['(a b', 'Expected `)` or `,` @3-4'],
    ['[', 'Expected `,` or `]` @1-2'],
    ['(a, ', 'Expected `)` @4-5'],
    ['Array<>', 'Expected type @6-7'],
    [
      '{a:int,*:boolean,b:3}',
      'Wildcard must be the last element in an object @17-20 [Wildcard defined here @9-16]',
    ],
    [
      '{a:int, ..., b:3}',
      'Interface must be the last element in an object @13-16 [Interface defined here @8-11]',
    ],
    ['{ a: A, a: B }', 'Duplicate key @8-9 [Key originally used here @2-3]'],
    ['{ a: Int = 3 }', 'Default values are not allowed here @11-12'],
    ['(a, ...b)', 'Invalid variadic argument @7-8'],
    ['(a, ...b, c)', 'Invalid variadic argument @7-8'],
    ['(a, ...b, c) => int', 'Invalid variadic argument @7-8'],
    ['(a: int) & string', 'Only lambda argument types may be named @1-2'],
    ['(a: int)', 'Only lambda argument types may be named @1-2'],
    ['a: int => int', 'Expected `<` or end-of-input @1-2'],
  ])('%j', (text, error) => {
    expect(errorsOf(text)).toEqual([error])
  })

  it.each(['(', '[', '{a:', 'A<', 'A=>', 'A|(', '?'])('100,000 × %j', (text) => {
    expect(parseType(source(`A${text.repeat(100_000)}`)).ok).toBe(false)
    expect(parseType(source(text.repeat(100_000))).ok).toBe(false)
  })
})

describe('printing', () => {
  const { text } = fc.letrec<{ text: string }>((tie) => ({
    text: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.constantFrom('A', 'B.C', 'Any', 'true', '1', '"s"', '{}', '()'),
      fc.tuple(tie('text'), fc.constantFrom('|', '&', '=>'), tie('text')).map((p) => p.join(' ')),
      fc.tuple(tie('text'), tie('text')).map(([a, b]) => `(x: ${a}, ...${b}) => A`),
      fc.tuple(tie('text'), tie('text')).map(([a, b]) => `{ a: ${a}, *: ${b} }`),
      fc.tuple(tie('text'), tie('text')).map(([a, b]) => `M<${a}, [${b}, A]>`),
      tie('text').map((t) => `(${t})`),
      tie('text').map((t) => `${t}?`),
    ),
  }))

  it('is stable', () => {
    fc.assert(
      fc.property(text, (t) => {
        const r = parseType(source(t))
        if (!r.ok) return
        const printed = printType(r.value)
        expect(printType(type(printed))).toBe(printed)
      }),
    )
  })
})
