import { describe, expect, test } from 'vitest'
import { parseLambda } from '#src/fql/syntax/parser.ts'
import { NO_SPAN } from '#src/fql/syntax/span.ts'
import type { LambdaExpr, Name, TypeExpr } from '#src/fql/syntax/tree.ts'
import { parseType } from '#src/fql/syntax/type-parser.ts'
import { checkQuery } from '#src/fql/types/check.ts'
import { databaseEnvironment } from '#src/fql/types/database.ts'
import { checkSchema, type SchemaCheck } from '#src/fql/types/schema.ts'
import type {
  CollectionSource,
  FieldSource,
  FunctionSource,
  TermSource,
} from '#src/fql/types/schema-source.ts'
import { TEST_ENVIRONMENT } from '#src/fql/types/test-environment.ts'
import { lines, parsed } from '#src/fql/types/test-support.ts'

const source = (text: string) => ({ name: 'main.fsl', text })
const name = (text: string): Name => ({ text, span: { source: source(text), start: 0, end: text.length } })

const type = (text: string): TypeExpr => {
  const result = parseType(source(text))
  if (!result.ok) throw new Error(text)
  return result.value
}
const lambda = (text: string): LambdaExpr => {
  const result = parseLambda(source(text), { short: true })
  if (!result.ok) throw new Error(text)
  return result.value
}
const term = (path: string, mva = false): TermSource => {
  const span = name(path).span
  return {
    path: { elements: path.split('.').map((key) => ({ key, span: name(key).span })), span },
    mva,
    span,
  }
}

interface CollectionParts {
  readonly fields?: Record<string, string>
  readonly defaults?: Record<string, string>
  /** `type = lambda`, or only the lambda. */
  readonly computed?: Record<string, string>
  readonly wildcard?: string
  readonly checks?: readonly string[]
  readonly indexes?: Record<string, readonly TermSource[]>
  readonly alias?: string
}

const collection = (text: string, parts: CollectionParts = {}): CollectionSource => ({
  name: name(text),
  alias: parts.alias === undefined ? undefined : { value: name(parts.alias) },
  fields: [
    ...Object.entries(parts.fields ?? {}).map(
      ([key, text]): FieldSource => ({
        kind: 'defined',
        name: name(key),
        type: type(text),
        default: parts.defaults?.[key] === undefined ? undefined : parsed(parts.defaults[key], 'main.fsl'),
      }),
    ),
    ...Object.entries(parts.computed ?? {}).map(([key, text]): FieldSource => {
      const [written, body] = text.includes(' = ') ? text.split(' = ') : [undefined, text]
      return {
        kind: 'computed',
        name: name(key),
        type: written === undefined ? undefined : type(written),
        body: lambda(body!),
      }
    }),
    ...(parts.wildcard === undefined ? [] : [{ kind: 'wildcard', type: type(parts.wildcard) } as const]),
  ],
  indexes: Object.entries(parts.indexes ?? {}).map(([key, items]) => ({
    name: name(key),
    terms: { items },
    values: undefined,
  })),
  uniques: [],
  checks: (parts.checks ?? []).map((body) => ({ body: lambda(body) })),
  documentTtls: undefined,
})

/** `(x: Int, y): T` before the body; the result type after the last `):`. */
const fn = (
  text: string,
  params: Record<string, string | undefined>,
  result: string | undefined,
  body: string,
): FunctionSource => ({
  name: name(text),
  alias: undefined,
  signature: {
    params: Object.entries(params).map(([key, written]) => ({
      name: name(key.replace('...', '')),
      type: written === undefined ? undefined : type(written),
      variadic: key.startsWith('...'),
    })),
    result: result === undefined ? undefined : type(result),
    span: NO_SPAN,
  },
  body: parsed(body, 'main.fsl'),
  span: name(`function ${text}`).span,
})

const check = (
  collections: readonly CollectionSource[],
  functions: readonly FunctionSource[] = [],
  options: { predicates?: readonly string[]; typechecked?: boolean } = {},
): SchemaCheck =>
  checkSchema(
    TEST_ENVIRONMENT,
    { collections, functions, predicates: (options.predicates ?? []).map(lambda) },
    { typechecked: options.typechecked ?? true },
  )

const errors = (result: SchemaCheck): string => result.errors.flatMap(lines).join('\n')

describe('functions', () => {
  test.each<[string, FunctionSource[], string]>([
    ['inferred', [fn('f', { x: undefined }, undefined, 'x * 2')], 'Number => Number'],
    [
      'overloaded',
      [fn('f', { x: undefined, y: undefined }, undefined, 'x + y')],
      '((Number, Number) => Number) & ((String, String) => String)',
    ],
    ['generic', [fn('f', { x: undefined }, undefined, 'x')], 'A => A'],
    ['written', [fn('f', { x: 'Int' }, 'Number', 'x * 2')], '(x: Int) => Number'],
    ['written generic', [fn('f', { x: 'A' }, 'A', 'x')], '(x: A) => A'],
    [
      'variadic',
      [fn('f', { a: 'Int', '...xs': 'Int' }, 'Number', 'a * xs.length')],
      '(a: Int, xs: ...Int) => Number',
    ],
    ['unnamed parameter', [fn('f', { _: 'Int' }, 'Int', '3')], 'Int => Int'],
    [
      'recursive with a signature',
      [fn('f', { n: 'Number' }, 'Number', 'if (n > 0) f(n - 1) * n else 1')],
      '(n: Number) => Number',
    ],
    [
      'using a later one',
      [fn('f', {}, undefined, 'g(1)'), fn('g', { x: undefined }, undefined, '[x]')],
      '() => [1]',
    ],
  ])('%s', (_, functions, signature) => {
    const result = check([], functions)
    expect(errors(result)).toBe('')
    expect(result.signatures.get('f')).toBe(signature)
  })

  test.each<[string, FunctionSource[], string]>([
    ['body', [fn('f', {}, undefined, '1.x')], 'error: Type `Int` does not have field `x` @x'],
    [
      'parameter',
      [fn('f', { x: 'Int' }, 'Int', 'x.length')],
      'error: Type `Int` does not have field `length` @length\n  hint: Type `Int` inferred here @Int',
    ],
    [
      'result',
      [fn('f', {}, 'String', '1')],
      'error: Type `() => 1` is not a subtype of `() => String` @function f\n  cause: Type `Int` is not a subtype of `String` @1',
    ],
    ['unknown type', [fn('f', { x: 'Zed' }, 'Int', '1')], 'error: Unknown type `Zed` @Zed'],
    ['underscore', [fn('f', { _: undefined }, undefined, '_')], 'error: Unbound variable `_` @_'],
    [
      'recursion',
      [fn('f', { x: undefined }, undefined, 'f(x)')],
      'error: Recursively defined `f` needs explicit type. @function f',
    ],
    [
      'mutual recursion',
      [fn('f', { x: undefined }, undefined, 'g(x)'), fn('g', { x: undefined }, undefined, 'f(x)')],
      'error: Recursively defined `f` needs explicit type. @function f',
    ],
    [
      'projection',
      [fn('f', { x: undefined }, undefined, 'x { y }')],
      'error: Invalid projection on a unknown type. Use function signatures to fix the issue. @x { y }',
    ],
  ])('error in the %s', (_, functions, expected) => expect(errors(check([], functions))).toBe(expected))

  test('bodies of functions with signatures are checked one by one, however they call each other', () => {
    const chain = Array.from({ length: 3000 }, (_, i) =>
      fn(`f${i}`, { n: 'Number' }, 'Number', `f${(i + 1) % 3000}(n)`),
    )
    expect(errors(check([], chain))).toBe('')
  })

  test('a signature tells what is projected', () => {
    expect(errors(check([], [fn('f', { x: '{ y: a }' }, '{ y: a }', 'x { y }')]))).toBe('')
  })

  test('a collection hides a function of the same name', () => {
    expect(errors(check([collection('Same')], [fn('Same', {}, undefined, '1.x')]))).toBe('')
  })
})

describe('collections', () => {
  const user = collection('User', {
    fields: { first: 'String', age: 'Int?', boss: 'Ref<User>' },
    computed: { label: 'd => d.first + "!"', older: 'Number = d => (d.age ?? 0) + 1' },
    indexes: { byFirst: [term('first')] },
    checks: ['d => d.first.length > 2'],
  })

  test('computed fields are inferred and usable', () => {
    const result = check([user], [fn('f', {}, undefined, 'User.byId(1)!.label')])
    expect(errors(result)).toBe('')
    expect(result.computedTypes.get('User')).toBe('{ label: String, older: Number }')
    expect(result.signatures.get('f')).toBe('() => String')
  })

  test.each<[string, CollectionParts, string]>([
    [
      'default',
      { fields: { a: 'Int' }, defaults: { a: '"hi"' } },
      'error: Type `String` is not a subtype of `Int` @"hi"',
    ],
    [
      'field type',
      { fields: { a: 'Array<1, 2>' } },
      'error: Type constructor `Array<>` accepts 1 parameters, received 2 @Array',
    ],
    ['lower case type', { fields: { a: 'number' } }, 'error: Unknown type `number` @number'],
    ['placeholder', { fields: { a: '_' } }, 'error: Invalid placeholder type `_`. @_'],
    ['unknown type', { fields: { a: 'Zed' } }, 'error: Unknown type `Zed` @Zed'],
    [
      'function field',
      { fields: { a: '() => Int' } },
      'error: Field `a` in collection C is not persistable @() => Int\n  cause: Type () => Int is not persistable @() => Int',
    ],
    [
      'bare document',
      { fields: { a: 'C' } },
      'error: Field `a` in collection C is not persistable @C\n  cause: Type C is not persistable @C\n  hint: Use Ref<C> as the type of a reference to a C document @C +Ref<C>',
    ],
    ['document or missing one', { fields: { a: 'C | NullC' } }, ''],
    ['reference', { fields: { a: 'Ref<C>', b: 'Array<Ref<C>>' } }, ''],
    [
      'reference by name',
      { fields: { a: 'Ref<FunctionDef>' } },
      'error: Unknown type `FunctionDef` @FunctionDef',
    ],
    [
      'reference to a scalar',
      { fields: { a: 'Ref<Int>' } },
      'error: Reference type must refer to a doc type @Ref<Int>',
    ],
    [
      'wildcard',
      { fields: { a: 'Int' }, wildcard: 'Int' },
      'error: Top-level wildcard must have type `Any` @Int',
    ],
    ['check', { checks: ['_ => 3'] }, 'error: Type `Int` is not a subtype of `Null | Boolean` @3'],
    ['computed body', { computed: { x: '_ => 1.y' } }, 'error: Type `Int` does not have field `y` @y'],
    [
      'computed type',
      { computed: { x: 'String = _ => 1' } },
      'error: Type `Int` is not a subtype of `String` @1',
    ],
    [
      'index path',
      { fields: { a: 'Int' }, indexes: { i: [term('b')] } },
      'error: Type `{ id: ID, ts: Time, ttl: Time | Null, a: Int }` does not have field `b` @b',
    ],
    [
      'index path in a field: a hint shows the type of the field',
      { fields: { b: '{ y: Int }' }, indexes: { i: [term('b.z')] } },
      'error: Type `{ y: Int }` does not have field `z` @z\n  hint: Type `{ y: Int }` inferred here @{ y: Int }',
    ],
    ['index path of an open collection', { indexes: { i: [term('b')] } }, ''],
    [
      'indexed computed field using a computed field',
      { computed: { x: '_ => 1', y: 'd => d.x' }, indexes: { i: [term('y')] } },
      'error: Computed fields used in indexes or constraints cannot use computed fields @x',
    ],
    [
      'indexed computed field using ts',
      { computed: { x: 'd => d.ts' }, indexes: { i: [term('x')] } },
      "error: Computed fields used in indexes or constraints cannot use a doc's ts field @ts",
    ],
    [
      'indexed computed field using a collection',
      { computed: { x: '_ => C.all()' }, indexes: { i: [term('x')] } },
      'error: Computed fields used in indexes or constraints cannot access collections @C',
    ],
  ])('%s', (_, parts, expected) => {
    expect(errors(check([collection('C', parts)]))).toBe(expected)
  })

  test('indexed computed fields cannot call functions', () => {
    const result = check(
      [collection('C', { computed: { x: '_ => one()' }, indexes: { i: [term('x')] } })],
      [fn('one', {}, undefined, '1')],
    )
    expect(errors(result)).toBe('error: Computed fields used in indexes or constraints cannot call UDFs @one')
  })

  test('predicates only have to type, and only when the rest does', () => {
    expect(errors(check([], [], { predicates: ['d => d.x'] }))).toBe('')
    expect(errors(check([], [], { predicates: ['d => Nope'] }))).toBe('error: Unbound variable `Nope` @Nope')
    expect(errors(check([], [fn('f', {}, undefined, '1.x')], { predicates: ['d => Nope'] }))).toBe(
      'error: Type `Int` does not have field `x` @x',
    )
  })

  test('without type checking only fields and defaults are looked at', () => {
    const parts = { fields: { a: 'Int' }, computed: { x: '_ => 1.y' }, indexes: { i: [term('b')] } }
    expect(
      errors(check([collection('C', parts)], [fn('f', {}, undefined, 'g')], { typechecked: false })),
    ).toBe('')
    const defaulted = { fields: { a: 'Int' }, defaults: { a: '"x"' } }
    expect(errors(check([collection('C', defaulted)], [], { typechecked: false }))).toBe(
      'error: Type `String` is not a subtype of `Int` @"x"',
    )
  })
})

describe('the environment of a database', () => {
  const env = databaseEnvironment(
    TEST_ENVIRONMENT,
    [
      {
        source: collection('User', {
          alias: 'Person',
          fields: {
            first: 'String',
            age: 'Int',
            place: '{ town: String, zip: String? }',
            tags: 'Array<String>',
          },
          defaults: { age: '0' },
          computed: { label: 'd => d.first' },
          indexes: { byTown: [term('place.town')], byTag: [term('tags', true)] },
        }),
        computedTypes: '{ label: String }',
      },
    ],
    [
      { name: 'double', signature: '(x: Number) => Number' },
      { name: 'untyped' },
      { name: 'odd', signature: 'A => A - Null' },
      { name: 'User', signature: '() => 1' },
    ],
  )
  test.each([
    ['User.byId(1)!.label', 'String'],
    ['Person.byId(1)', 'Ref<Person>'],
    ['User.byId(1)!.age', 'Int'],
    [
      'User.create',
      '(data: { id: ID | Null, first: String, age: Number | Null, place: { town: String, zip: String | Null }, tags: Array<String> }) => User',
    ],
    [
      'User.byId(1)!.update',
      '(data: { first: String | Null, age: Number | Null, place: { town: String | Null, zip: String | Null } | Null, tags: Array<String> | Null }) => User',
    ],
    ['(t) => User.byTown(t)', 'String => Set<User>'],
    ['(t) => User.byTag(t)', 'String => Set<User>'],
    ['double(2)', 'Number'],
    ['double', 'UserFunction<(x: Number) => Number>'],
    ['untyped(1, 2).x', 'Any'],
    ['odd(1)', 'Any'],
  ])('%s', (text, expected) => {
    const result = checkQuery(parsed(text), env)
    expect(result.errors).toEqual([])
    expect(result.staticType).toBe(expected)
  })
})
