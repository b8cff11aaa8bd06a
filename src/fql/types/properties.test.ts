import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseQuery } from '#src/fql/syntax/parser.ts'
import { checkQuery } from '#src/fql/types/check.ts'
import { typeFromText } from '#src/fql/types/environment.ts'
import { printType } from '#src/fql/types/print.ts'
import { TEST_ENVIRONMENT } from '#src/fql/types/test-environment.ts'
import { check } from '#src/fql/types/test-support.ts'
import {
  functionType,
  interfaceType,
  intersection,
  literal,
  named,
  parameter,
  record,
  type Type,
  tuple,
  union,
} from '#src/fql/types/type.ts'

const name = fc.constantFrom('a', 'b', 'c', 'title', 'if', 'odd key', '__proto__')
const scalar: fc.Arbitrary<Type> = fc.oneof(
  fc.constantFrom('Int', 'String', 'Null', 'Book', 'MathModule').map((text) => named(text)),
  fc.constantFrom('A', 'B').map(parameter),
  fc
    .string({ unit: 'grapheme', maxLength: 6 })
    .filter(displayable)
    .map((text) => literal(text)),
  fc.bigInt({ min: -(2n ** 64n), max: 2n ** 64n }).map((value) => literal(value)),
  fc.boolean().map((value) => literal(value)),
)

function displayable(text: string): boolean {
  return !/[\u0000-\u0008\u000e-\u001f\u007f\ufff0-\uffff\ufeff\u2000-\u200f\u2028-\u202f\u2060-\u206f]/.test(
    text,
  )
}

const type: fc.Arbitrary<Type> = fc.letrec<{ type: Type }>((tie) => {
  const part = tie('type')
  const fields = fc.dictionary(name, part, { maxKeys: 3 }).map((entries) => new Map(Object.entries(entries)))
  const many = fc.array(part, { minLength: 2, maxLength: 3 })
  const param = fc.record({ name: fc.option(fc.constantFrom('x', 'y'), { nil: undefined }), type: part })
  return {
    type: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      scalar,
      part.map((item) => named('Array', [item])),
      many.map((elements) => tuple(elements)),
      fields.map((each) => record(each)),
      fc.tuple(fields, part).map(([each, wildcard]) => record(each, wildcard)),
      fc.tuple(name, part).map(([key, item]) => interfaceType(key, item)),
      fc
        .tuple(fc.array(param, { maxLength: 3 }), part)
        // A tuple before `=>` is read as a parameter list, whatever its brackets.
        .filter(([params]) => params.length !== 1 || params[0]?.type.kind !== 'tuple')
        .map(([params, result]) => functionType(params, undefined, result)),
      many.map((members) => union(members)),
      many.map((members) => intersection(members)),
    ),
  }
}).type

test('a printed type reads back as the same type', () => {
  fc.assert(
    fc.property(type, (original) => {
      const text = printType(original)
      expect(printType(typeFromText(text))).toBe(text)
    }),
  )
})

test('interfaces are shown as one, as far as their fields are distinct', () => {
  const [a, b] = [interfaceType('a', named('Int')), interfaceType('b', named('String'))]
  expect(printType(intersection([a, b, a]))).toBe('{ a: Int, b: String, ... } & { a: Int, ... }')
})

/** Programs that parse, well typed or not. */
const program: fc.Arbitrary<string> = fc.letrec<{ expr: string }>((tie) => {
  const expr = tie('expr')
  const id = fc.constantFrom('x', 'y', 'f', 'unknown', 'Book', 'twice', 'either', 'same', 'Math', 'nope')
  const field = fc.constantFrom('a', 'title', 'author', 'map', 'concat', 'first', 'fold', 'length')
  const operator = fc.constantFrom('+', '-', '*', '==', '<', '&&', '??')
  return {
    expr: fc.oneof(
      { maxDepth: 5, withCrossShrink: true },
      fc.constantFrom('1', '"s"', 'true', 'null', '2', '[]', '{}'),
      id,
      fc.tuple(expr, operator, expr).map(([a, op, b]) => `((${a}) ${op} (${b}))`),
      fc.tuple(fc.constantFrom('x', 'y', 'f'), expr).map(([p, body]) => `(${p} => ${body})`),
      fc.tuple(expr, expr).map(([f, arg]) => `((${f})(${arg}))`),
      fc.tuple(expr, field).map(([e, f]) => `(${e}).${f}`),
      fc.tuple(expr, field, expr).map(([e, f, arg]) => `(${e}).${f}(${arg})`),
      fc.tuple(expr, field).map(([e, f]) => `(${e})?.${f}!`),
      fc.tuple(expr, expr).map(([e, i]) => `(${e})[${i}]`),
      fc.tuple(expr, expr).map(([a, b]) => `[${a}, ${b}]`),
      fc.tuple(expr, expr).map(([a, b]) => `({ a: ${a}, title: ${b} })`),
      fc.tuple(expr, field, expr).map(([e, f, v]) => `((${e}) { ${f}, z: ${v} })`),
      fc.tuple(expr, expr, expr).map(([c, a, b]) => `(if (${c}) ${a} else ${b})`),
      fc.tuple(fc.constantFrom('x', 'y', 'f'), expr, expr).map(([n, v, e]) => `{ let ${n} = ${v}; ${e} }`),
    ),
  }
}).expr

test('checking any program ends, with a type or with errors', () => {
  fc.assert(
    fc.property(program, (text) => {
      const result = check(text, { timeLimit: 1000 })
      expect(result.errors.length === 0).toBe(result.ok)
      expect(result.errors.map(({ message }) => message)).not.toContain('Exceeded static typing time limit')
      for (const { span } of result.errors) {
        expect(span.start).toBeLessThanOrEqual(span.end)
        expect(span.end).toBeLessThanOrEqual(text.length)
      }
    }),
    { numRuns: 400 },
  )
})

test('the static type of a program without variables left is a type', () => {
  fc.assert(
    fc.property(program, (text) => {
      const { ok, staticType } = check(text)
      if (ok && !/ - Null| as |\.\{|\.\[/.test(staticType)) typeFromText(staticType)
    }),
    { numRuns: 200 },
  )
})

const repeat = (count: number, part: (i: number) => string, separator = ''): string =>
  Array.from({ length: count }, (_, i) => part(i)).join(separator)

describe('size', () => {
  const cases: Record<string, string> = {
    sum: repeat(20_000, String, ' + '),
    chain: `"a"${repeat(3000, () => '.concat("b")')}`,
    array: `[${repeat(10_000, String, ', ')}].map(x => x + 1)`,
    'array of objects': `[${repeat(3000, (i) => `{ a: ${i}, b: "x${i}" }`, ', ')}].map(x => x.a)`,
    object: `{ ${repeat(5000, (i) => `k${i}: ${i}`, ', ')} }`,
    lets: `${repeat(1000, (i) => `let a${i} = ${i === 0 ? '1' : `a${i - 1} + 1`}`, '\n')}\na999`,
    'unknown operands': `(${repeat(30, (i) => `x${i}`, ', ')}) => ${repeat(30, (i) => `x${i}`, ' + ')}`,
  }
  test.each(Object.entries(cases))('%s', (_, text) => {
    const { ok, errors } = check(text, { timeLimit: 2000 })
    expect(errors).toEqual([])
    expect(ok).toBe(true)
  })
})

describe('limits', () => {
  test('too deep a type is refused', () => {
    const text = `let f0 = x => [x, x]\n${repeat(12, (i) => `let f${i + 1} = x => f${i}(f${i}(x))`, '\n')}\nf12(1)`
    expect(check(text).errors.map(({ message }) => message)).toEqual([
      'Typechecking failed due to query complexity',
    ])
  })
  test('time is limited', () => {
    const { errors } = check(repeat(5000, String, ' + '), { timeLimit: -1 })
    expect(errors.map(({ message }) => message)).toEqual(['Exceeded static typing time limit'])
  })
  test('deep nesting is refused, not fatal', () => {
    const parsed = parseQuery({ name: '*query*', text: `${'['.repeat(200)}${']'.repeat(200)}` })
    expect(parsed.ok).toBe(true)
    if (parsed.ok) expect(checkQuery(parsed.value, TEST_ENVIRONMENT).errors.length).toBeLessThan(2)
  })
})
