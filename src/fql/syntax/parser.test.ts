import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Diagnostic } from '#src/fql/errors/diagnostic.ts'
import { Grammar } from './grammar.ts'
import { parseExpr, parseLambda, parsePath, parseQuery } from './parser.ts'
import { printExpr } from './print.ts'
import { type ParseResult, run } from './result.ts'
import { MAX_NESTING } from './scanner.ts'
import type { Expr } from './tree.ts'

const query = (text: string) => ({ name: '*query*', text })

const errorsOf = (r: ParseResult<unknown>): string[] => (r.ok ? [] : r.errors.map(describeError))

/** `message @start-end`, with the related ones after it. */
const describeError = (d: Diagnostic): string => {
  const related = (d.related ?? []).map((r) => ` [${r.message} @${r.span.start}-${r.span.end}]`).join('')
  return `${d.message}${d.annotation ? ` (${d.annotation})` : ''} @${d.span.start}-${d.span.end}${related}`
}

const unwrap = <T>(r: ParseResult<T>): T => {
  if (!r.ok) throw new Error(errorsOf(r).join('\n'))
  return r.value
}

const expr = (text: string): Expr => unwrap(parseExpr(query(text)))

/** The tree without its places. */
const bare = (node: unknown): unknown =>
  JSON.parse(
    JSON.stringify(node, (key, value) => {
      if (/span$/i.test(key)) return undefined
      // Floats are printed in a form of their own.
      if (value?.kind === 'float') return Number(value.text)
      return typeof value === 'bigint' ? `${value}n` : value
    }),
  )

/** An operator tree with everything in parentheses. */
const grouped = (e: Expr): string => {
  switch (e.kind) {
    case 'binary':
      return `(${grouped(e.left)}${e.operator}${grouped(e.right)})`
    case 'isa':
      return `(${grouped(e.value)} isa ${grouped(e.type)})`
    case 'unary':
      return `(${e.operator}${grouped(e.operand)})`
    default:
      return printExpr(e)
  }
}

describe('expected tokens', () => {
  const cases: [text: string, at: number, message: string][] = [
    ['7 8', 2, 'end-of-input'],
    ['01', 1, 'end-of-input'],
    ['x { a }.a', 7, 'end-of-input'],
    ['{ k: }', 5, 'expression'],
    ['{ k:', 4, 'expression'],
    ['[4 }', 3, '`,` or `]`'],
    ['[4\n}', 3, '`,` or `]`'],
    ['[', 1, '`,`, `]`, or expression'],
    ['[1,', 3, '`]` or expression'],
    ['if', 2, '`(`'],
    ['if yes', 3, '`(`'],
    ['if (true)', 9, 'expression'],
    ['if (true) 3 else', 16, 'expression'],
    ['if (a b', 6, '`)`'],
    ['at', 2, '`(`'],
    ['match x', 7, '`{`'],
    ['let', 3, 'identifier'],
    ['let.foo', 3, 'identifier'],
    ['let n', 5, '`:` or `=`'],
    ['let n:', 6, 'type'],
    ['let n: Int', 10, '`<` or `=`'],
    ['let n: Int }', 11, '`=`'],
    ['let n =', 7, 'expression'],
    ['let n: A<', 9, 'type'],
    ['{ k: (4 }', 8, '`)`, `,`, or `...`'],
    ['1 + (4 }', 7, '`)` or `,`'],
    ['f(,)', 2, '`)` or expression'],
    ['f(', 2, '`)` or expression'],
    ['f(y', 3, '`)` or `,`'],
    ['f(a, )b', 6, 'end-of-input'],
    ['(', 1, '`)`, `...`, or expression'],
    ['(...', 4, 'identifier'],
    ['(...a)', 6, '`=>`'],
    ['x { 9 }', 4, '`*` or identifier'],
    ['x { a: }', 7, 'expression'],
    ['x { a: 1 b }', 9, '`,` or `}`'],
    ['x { a, 1 }', 7, '`}`'],
    ['{ a: 1, 2 }', 8, '`}`'],
    ['{ a: 1 b }', 7, '`,` or `}`'],
    ['{ 1 2 }', 4, '`}`'],
    ['{ a b }', 2, '`}` or expression'],
    ['3.', 2, 'digit or identifier'],
    ['a.', 2, 'identifier'],
    ['a?.', 3, 'expression'],
    ['a[', 2, '`]` or expression'],
    ['1 +', 3, 'expression'],
    ['1 + )', 4, 'expression'],
    ['-', 1, 'expression'],
    ['1e', 2, 'digit'],
    ['0x', 2, 'digit'],
    ["'\\q'", 2, 'escape code'],
    ["'\\x1'", 4, 'hex digit'],
    ["'\\u12'", 5, 'hex digit'],
    ["'\\uz'", 3, '`{` or hex digit'],
    ["'\\u{1234'", 8, '`}` or hex digit'],
    ["'\\u{}'", 4, 'hex digit'],
    ['"\\n', 3, '`"`'],
    ['"a#{b', 5, '`}`'],
    ['"a#{}"', 4, 'expression'],
    ['<<-', 3, 'identifier'],
    ['<<-END\nabc', 10, '"END"'],
  ]
  it.each(cases)('%j at %i: %s', (text, at, message) => {
    expect(errorsOf(parseQuery(query(text)))).toEqual([`Expected ${message} @${at}-${at + 1}`])
  })
})

describe('errors with a text of their own', () => {
  const cases: [text: string, ...errors: string[]][] = [
    ['', 'Unexpected end of query. Expected statement or expression @0-1'],
    [' // nothing', 'Unexpected end of query. Expected statement or expression @11-12'],
    ['##', 'Unexpected end of query. Expected statement or expression @0-1'],
    ['}', 'Unexpected end of query. Expected statement or expression @0-1'],
    ['"abc', 'Unexpected end of query. Expected statement or expression @0-1'],
    ['.5', 'Unexpected end of query. Expected statement or expression @0-1'],
    ['/* /* */', 'Unexpected end of query. Expected statement or expression @0-1'],
    ['{', 'Unexpected end of block. Expected statement or expression @1-2'],
    ['{ ;', 'Unexpected end of block. Expected statement or expression @3-4'],
    ['let a = 1', 'Missing return expression @9-10 [Statement does not return a value @0-9]'],
    ['{ x; let y = "foo"\n}', 'Missing return expression @19-20 [Statement does not return a value @5-18]'],
    ['let let = 3', 'Invalid identifier (`let` is a keyword) @4-7'],
    ['let FQL = 3', 'Invalid identifier (`FQL` is a keyword) @4-7'],
    ['let _ = 3', 'Invalid identifier (`_` is a keyword) @4-5'],
    ['1 + if (c) 2 else 3', 'Invalid identifier (`if` is a keyword) @4-6'],
    ['[1, of]', 'Invalid identifier (`of` is a keyword) @4-6'],
    [
      'else',
      'Invalid identifier (`else` is a keyword) @0-4',
      'Unexpected end of query. Expected statement or expression @0-1',
    ],
    ['.foo', 'Invalid anonymous field access @0-4'],
    ['2 + .foo', 'Invalid anonymous field access @0-8'],
    ['[.a]', 'Invalid anonymous field access @1-3'],
    ['{ a: .b }', 'Invalid anonymous field access @5-7'],
    ['"#{.a}"', 'Invalid anonymous field access @3-5'],
    ['(.foo + .bar) / 3', 'Invalid anonymous field access @0-17'],
    [
      '{ a: 2, a: 3, a: 4 }',
      'Duplicate key @8-9 [Key originally used here @2-3]',
      'Duplicate key @14-15 [Key originally used here @2-3]',
    ],
    [
      '(x, x, x) => x',
      'Duplicate lambda argument @4-5 [Argument originally defined here @1-2]',
      'Duplicate lambda argument @7-8 [Argument originally defined here @1-2]',
    ],
    [
      '{ "#{3}": 2 }',
      'Object keys do not support interpolation @5-6 [Add a backslash to ignore the interpolation @3-3]' +
        ' [Use Object.fromEntries if you need a dynamic key @2-8]',
    ],
    ['"\\udc00"', 'Invalid escape (surrogates are disallowed) @1-7'],
    ['"\\u{11ffff}"', 'Invalid escape (outside of valid unicode range) @1-11'],
    ['(a + 1, ...b)', 'invalid variadic tuple @0-13'],
  ]
  it.each(cases)('%j', (text, ...errors) => {
    expect(errorsOf(parseQuery(query(text)))).toEqual(errors)
  })
})

describe('operators', () => {
  const cases: [text: string, tree: string][] = [
    [
      'a ?? b || c && d == e > f isa G | h ^ i & j + k * l ** m',
      '(a??(b||(c&&(d==(e>(f isa (G|(h^(i&(j+(k*(l**m))))))))))))',
    ],
    ['a == b < c', '(a==(b<c))'],
    ['a - b - c', '((a-b)-c)'],
    ['a ** b ** c', '(a**(b**c))'],
    ['a * b % c / d', '(((a*b)%c)/d)'],
    ['-2 ** 2', '(-2**2)'],
    ['- x ** 2', '((-x)**2)'],
    ['!!a.b', '(!(!a.b))'],
    ['- -1', '(--1)'],
    ['a - 1', '(a-1)'],
    ['a -1', '(a-1)'],
    ['a + +1', '(a+1)'],
    ['1isa Int', '(1 isa Int)'],
    ['a\n  ?? b', '(a??b)'],
    ['a // c\n  && b', '(a&&b)'],
    ['a +\n\n b', '(a+b)'],
    ['a! == b', '(a!==b)'],
    ['a =~ b !~ c', '((a=~b)!~c)'],
  ]
  it.each(cases)('%j', (text, tree) => {
    expect(grouped(expr(text))).toBe(tree)
  })
})

describe('where a line ends a statement', () => {
  it.each([
    ['a\n-1', 2],
    ['a\n(b)', 2],
    ['a\n[0]', 2],
    ['a\n{ b }', 2],
    ['a\nisa', undefined],
    ['a\n.b', 1],
    ['a\n?.b', 1],
    ['a\n| b', 1],
    ['if (a) b\n\nelse c', 1],
    ['a; b // c\n c;', 3],
    ['let f = (.a)\nf(1)', 2],
    ['x => a, b', undefined],
  ])('%j', (text, statements) => {
    const r = parseQuery(query(text))
    expect(r.ok ? r.value.statements.length : undefined).toBe(statements)
  })
})

describe('trees', () => {
  const it0 = { kind: 'it' }
  const name = (text: string) => ({ text })
  const id = (n: string) => ({ kind: 'id', name: n })
  const chain = (head: unknown, ...components: unknown[]) => ({ kind: 'chain', head, components })
  const select = (n: string, optional = false) => ({ kind: 'select', name: name(n), optional })
  const short = (body: unknown) => ({ kind: 'lambda', short: true, params: [], body })
  const int = (n: number) => ({ kind: 'int', value: `${n}n` })

  const cases: [text: string, tree: unknown][] = [
    ['{}', { kind: 'object', fields: [] }],
    ['{ a }', { kind: 'block', statements: [{ kind: 'expr', value: id('a') }] }],
    ["{ 'a' }", { kind: 'block', statements: [{ kind: 'expr', value: { kind: 'string', value: 'a' } }] }],
    [
      '{ if: 1, "b c": 2, }',
      {
        kind: 'object',
        fields: [
          { key: name('if'), value: int(1) },
          { key: name('b c'), value: int(2) },
        ],
      },
    ],
    ['x.if', chain(id('x'), select('if'))],
    ["x'", id("x'")],
    ['1.toString', chain(int(1), select('toString'))],
    ['-5.a', chain(int(-5), select('a'))],
    [
      'a.b(1)?.c?.(2)',
      chain(
        id('a'),
        { kind: 'method', name: name('b'), args: [int(1)], optional: false, optionalCall: false },
        { kind: 'method', name: name('c'), args: [int(2)], optional: true, optionalCall: true },
      ),
    ],
    [
      'a?.(1)?.[2][3]!',
      chain(
        id('a'),
        { kind: 'apply', args: [int(1)], optional: true },
        { kind: 'access', args: [int(2)], optional: true },
        { kind: 'access', args: [int(3)], optional: false },
        { kind: 'bang' },
      ),
    ],
    [
      '(.a.b())',
      {
        kind: 'tuple',
        elements: [
          short(
            chain(it0, select('a'), {
              kind: 'method',
              name: name('b'),
              args: [],
              optional: false,
              optionalCall: false,
            }),
          ),
        ],
      },
    ],
    [
      'f(.a + 1 > (.b))',
      chain(id('f'), {
        kind: 'apply',
        optional: false,
        args: [
          short({
            kind: 'binary',
            operator: '>',
            left: { kind: 'binary', operator: '+', left: chain(it0, select('a')), right: int(1) },
            right: { kind: 'tuple', elements: [chain(it0, select('b'))] },
          }),
        ],
      }),
    ],
    [
      '(!.a)',
      {
        kind: 'tuple',
        elements: [short({ kind: 'unary', operator: '!', operand: chain(it0, select('a')) })],
      },
    ],
    [
      '(.["k"])',
      {
        kind: 'tuple',
        elements: [
          short(chain(it0, { kind: 'access', optional: false, args: [{ kind: 'string', value: 'k' }] })),
        ],
      },
    ],
    [
      'x { a, b: .c, d { e } }',
      {
        kind: 'project',
        value: id('x'),
        fields: [
          { name: name('a'), value: chain(it0, select('a')) },
          { name: name('b'), value: chain(it0, select('c')) },
          {
            name: name('d'),
            value: {
              kind: 'project',
              value: chain(it0, select('d')),
              fields: [{ name: name('e'), value: chain(it0, select('e')) }],
            },
          },
        ],
      },
    ],
    ['x { * }', { kind: 'project-all', value: id('x') }],
    ['x => y', { kind: 'lambda', short: false, params: [name('x')], body: id('y') }],
    [
      '(_, a, _, ...b) => a',
      {
        kind: 'lambda',
        short: false,
        params: [name('_'), name('a'), name('_')],
        variadic: name('b'),
        body: id('a'),
      },
    ],
    ['()', { kind: 'tuple', elements: [] }],
    ['[,]', { kind: 'array', elements: [] }],
    ["match x { case { a, 'b': [1, ...c] } => 1\n case (_: Int) => 2 }", { kind: 'match', value: id('x') }],
  ]
  it.each(cases)('%j', (text, tree) => {
    expect(bare(expr(text))).toEqual(tree)
  })

  it('has spans', () => {
    const e = expr(' a.bc(1) + "d" ')
    expect(e.span).toMatchObject({ start: 1, end: 14 })
    if (e.kind !== 'binary' || e.left.kind !== 'chain') throw new Error(e.kind)
    expect(e.operatorSpan).toMatchObject({ start: 9, end: 10 })
    const [call] = e.left.components
    expect(call?.span).toMatchObject({ start: 2, end: 8 })
    expect(call?.kind === 'method' && call.argsSpan).toMatchObject({ start: 5, end: 8 })
  })
})

describe('literals', () => {
  const cases: [text: string, value: unknown][] = [
    ['1_000', 1000n],
    ['- 0xFF', -255n],
    ['0b1_0', 2n],
    ['0o17', 15n],
    ['+3', 3n],
    ['123456789012345678901234567890', 123456789012345678901234567890n],
    ['1_0.5_0e+1', '10.50e+1'],
    ['-1e3', '-1e3'],
    ["'a\"#`\\'b'", 'a"#`\'b'],
    ['"a#b \\#{x} \\\\"', 'a#b #{x} \\'],
    ['"\\x41\\u00e9\\u{1f600}\\0\\n\\v"', 'A\u00e9\u{1f600}\0\n\v'],
    ['"two\nlines"', 'two\nlines'],
    ['<<-END\n    a #{x}\n   \\n b\n  ENDX\n  END', '  a #{x}\n \\n b\nENDX\n'],
    ['<<-END\nEND', ''],
    ['<<- A \n\n  x\n\n  y\n A', 'x\n\ny\n'],
  ]
  it.each(cases)('%j', (text, value) => {
    const e = expr(text)
    expect(e.kind === 'float' ? e.text : 'value' in e && e.value).toEqual(value)
  })

  const templates: [text: string, parts: unknown[]][] = [
    ['"a#{1}b"', ['a', 1n, 'b']],
    ['"#{1}"', [1n]],
    ['"#{"x#{ 1 }"}"', [['x', 1n]]],
    ['<<+END\n  a\n    #{1} # b\n  c\nEND', ['a\n  ', 1n, ' # b\nc\n']],
    ['<<+END\n  a\n#{1}\nEND', ['  a\n', 1n, '\n']],
  ]
  const parts = (e: Expr): unknown =>
    e.kind === 'template'
      ? e.parts.map((p) => (typeof p === 'string' ? p : parts(p)))
      : 'value' in e && e.value
  it.each(templates)('%j', (text, expected) => {
    expect(parts(expr(text))).toEqual(expected)
  })

  it.each(['\u00a01', '\ufeff1', '"\u202e"', "'\u0001'", '// \u0007', '/* \u2028 */ 1'])(
    'refuses %j',
    (text) => {
      expect(parseQuery(query(text)).ok).toBe(false)
    },
  )
})

describe('stored lambdas', () => {
  it.each([
    ['x => x', true, []],
    [' (x, ...y) => x // c', true, []],
    ['(.x)', true, []],
    ['(.x)', false, ['Short form lambdas are not allowed here @1-3']],
    ['.x', true, ['Invalid anonymous field access @0-2']],
    ['', true, ['Unexpected end of query. Expected statement or expression @0-1']],
    ['() => {};', true, ['Expected end-of-input @8-9']],
    ['let a', true, ['Expected `:` or `=` @5-6']],
    [
      '1 + 2 ',
      true,
      ['Body must be a lambda expression. (Expression is not a lambda.) @0-6 [Declare a lambda. @0-0]'],
    ],
    ['a; b', true, ['Body must be a lambda expression. (Expression is not a lambda.) @0-4']],
  ])('%j (short: %s)', (text, short, errors) => {
    expect(errorsOf(parseLambda({ name: '*body*', text }, { short }))).toEqual(errors)
  })
})

describe('field paths', () => {
  it.each([
    ['foo', ['foo']],
    ['.foo', ['foo']],
    [".['foo']", ['foo']],
    ['.a["b c"][0].if', ['a', 'b c', 0, 'if']],
    ['a[0]', ['a', 0]],
  ])('%j', (text, path) => {
    expect(unwrap(parsePath(query(text)))).toEqual(path)
  })
  it.each([
    ['.foo["fo#{o}"]', '4-14'],
    ['.foo()', '0-6'],
    ['.foo { bar }', '0-12'],
    ['.foo?.bar', '4-9'],
    [".foo?.['bar']", '4-13'],
    ['.a[-1]', '2-6'],
  ])('refuses %j', (text, at) => {
    expect(errorsOf(parsePath(query(text)))).toEqual([`Invalid field path @${at}`])
  })
})

describe('templates', () => {
  it('reads placeholders in order, only where they may be', () => {
    const text = '\0value> + f(\0value>)'
    const { statements } = unwrap(parseQuery(query(text), { template: true }))
    expect(statements[0]?.value && printExpr(statements[0].value)).toBe('$0 + f($1)')
    expect(parseQuery(query(text)).ok).toBe(false)
  })
})

describe('printing', () => {
  const leaf = fc.oneof(
    fc.constantFrom('a', 'b', "c'", 'null', 'true', 'Int', '"x#{y + 1}z"', '<<+E\n q#{r}\n s\nE\n', '.1'),
    fc.integer().map(String),
    fc.double({ noNaN: true, noDefaultInfinity: true, min: 0.001, max: 1000 }).map(String),
    fc.string({ unit: 'grapheme' }).map((s) => JSON.stringify(s).replaceAll('#', '\\#')),
  )
  const binary = fc.constantFrom(
    '??',
    '||',
    '&&',
    '==',
    '!~',
    '<=',
    'isa',
    '|',
    '^',
    '&',
    '+',
    '-',
    '/',
    '**',
  )
  const { text } = fc.letrec<{ text: string }>((tie) => ({
    text: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      leaf,
      fc.tuple(tie('text'), binary, tie('text')).map(([l, op, r]) => `${l} ${op} ${r}`),
      fc.tuple(fc.constantFrom('-', '!', '~'), tie('text')).map(([op, e]) => `${op}${e}`),
      fc
        .tuple(tie('text'), fc.constantFrom('.m', '?.m', '!', '[0]', '(1)', '?.(x)', '.m(.k + 1)'))
        .map((p) => p.join('')),
      fc
        .tuple(fc.constantFrom('if (c)', 'at (t)', 'x =>', '(x, ...y) =>'), tie('text'))
        .map((p) => p.join(' ')),
      fc.tuple(tie('text'), tie('text')).map(([a, b]) => `if (${a}) ${b} else ${a}`),
      fc.tuple(tie('text'), tie('text')).map(([a, b]) => `{ let v: A | B = ${a}; ${b} }`),
      fc.tuple(tie('text'), tie('text')).map(([a, b]) => `{ k: ${a}, "l m": ${b} }`),
      fc.tuple(tie('text'), tie('text')).map(([a, b]) => `(${a}) { f, g: ${b}, h { i } }`),
      fc.array(tie('text'), { maxLength: 3 }).map((es) => `[${es.join(', ')}]`),
      fc.array(tie('text'), { maxLength: 3 }).map((es) => `(${es.join(', ')})`),
    ),
  }))
  it('gives text that parses to the same tree', () => {
    let parsed = 0
    fc.assert(
      fc.property(text, (source) => {
        const first = parseExpr(query(source), { short: true })
        if (!first.ok) return
        parsed++
        const printed = printExpr(first.value)
        expect(bare(unwrap(parseExpr(query(printed), { short: true })))).toEqual(bare(first.value))
      }),
      { numRuns: 500 },
    )
    expect(parsed).toBeGreaterThan(100)
  })

  it.each([
    ['1.50', '1.50'],
    ['1e3', '1E+3'],
    ['10.5_0e+1', '105.0'],
    ['-0.000_001', '-0.000001'],
    ['1.25e-8', '1.25E-8'],
    ['0.0', '0.0'],
    ['{}', '{\n}'],
    ['{ a: { "b c": 1 }, if: 2 }', '{\n  a: {\n    "b c": 1\n  },\n  "if": 2\n}'],
    ['[x { a }, 1]', '[x {\n  a: .a\n}\n, 1]'],
    ['x => { let y: A? = x; y }', '(x) => {\n  let y: A? = x\n  y\n}'],
    ['"\\u202e\\u{10fffe}\\t\\#"', '"\\u202e\\u{10fffe}\\t\\#"'],
    ["match x { case 'a' => 1 }", "match x { case 'a' => 1 }"],
  ])('prints %j', (text, printed) => {
    expect(printExpr(expr(text))).toBe(printed)
  })

  it('never does anything but parse or refuse', () => {
    const token = fc.constantFrom(
      ...[
        '{',
        '}',
        '(',
        ')',
        '[',
        ']',
        '.',
        '?.',
        ',',
        ':',
        '=>',
        '=',
        '"',
        "'",
        '#{',
        '\\',
        '\n',
        ' ',
        ';',
        '!',
        '*',
      ],
      ...[
        'a',
        '1',
        'let ',
        'if ',
        'else ',
        'null',
        '<<-E\n',
        '/*',
        '*/',
        '//',
        '...',
        '-',
        '+',
        'match ',
        'case ',
        '\0',
        '<',
        '>',
      ],
    )
    fc.assert(
      fc.property(fc.array(token, { maxLength: 30 }), (tokens) => {
        const r = parseQuery(query(tokens.join('')), { template: true })
        if (!r.ok) expect(r.errors.length).toBeGreaterThan(0)
      }),
      { numRuns: 2000 },
    )
  })
})

describe('size', () => {
  const many = 100_000
  it.each([
    '{',
    '(',
    '[',
    '-',
    '!',
    'f(',
    'a{b',
    '"#{',
    'x=>',
    'if(a)',
    '{a:',
    'if (a) b else ',
    '[{(',
    'a**',
    '/*',
    'at(b)',
  ])('refuses %j, 100,000 deep', (text) => {
    expect(parseQuery(query(text.repeat(many))).ok).toBe(false)
  })

  it('allows nesting up to the limit', () => {
    const depth = MAX_NESTING
    expect(parseQuery(query('('.repeat(depth) + ')'.repeat(depth))).ok).toBe(true)
    const [error] = errorsOf(parseQuery(query('('.repeat(depth + 1) + ')'.repeat(depth + 1))))
    expect(error).toMatch(/^Nesting deeper than 500 levels is not supported/)
  })

  it.each([
    ['1', '+1'],
    ['a', '.b'],
    ['a', '(1)'],
    ['a', '\n;'],
    ['a', '!'],
    ['a', '\n??b'],
    ['[', '1,', ']'],
    ['f(', 'a,', ')'],
    ['{a1:1', ',a:1', '}'],
    ['"', 'a\\n', '"'],
    ['"', '#{a}', '"'],
    ['a', '/**/', ''],
    ['<<-E\n', ' a\n', 'E'],
  ])('is linear in %j %j', (start, middle, end = '') => {
    // Quadratic reading would run into the test's time limit.
    const r = parseQuery(query(start + middle.repeat(many) + end))
    expect(r.ok || r.errors[0]?.message === 'Duplicate key').toBe(true)
  })

  it('prints a long chain of operators', () => {
    const text = `1${' + 1'.repeat(many)}`
    expect(printExpr(expr(text))).toBe(text)
  })
})

describe('attempts', () => {
  it('go back where they fail', () => {
    const result = run(new Grammar(query('{ 2... } rest')), (g) => {
      expect(g.attempt(() => g.block())).toBeUndefined()
      return g.pos
    })
    expect(result).toEqual({ ok: true, value: 0 })
  })
})
