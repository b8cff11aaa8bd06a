/** Random FQL programs, made from the declarations of the standard library: most calls fit, some do not. */
import type { Parameter, Signature } from '#src/fql/eval/signature.ts'
import type { TypeDefinition } from '#src/fql/eval/type-definition.ts'
import { BUILT_INS } from '#src/fql/stdlib/globals.ts'
import { VALUE_TYPES } from '#src/fql/stdlib/types.ts'
import { printType } from '#src/fql/syntax/print.ts'
import { ModuleValue } from '#src/fql/values/module.ts'
import { pick, type Random } from '../concurrency/workload.ts'

/** What every program finds: documents 1 to 40, two functions, a role. */
export const setUp: readonly string[] = [
  `Collection.create({
    name: "Item",
    indexes: {
      byA: { terms: [{ field: ".a" }], values: [{ field: ".b", order: "desc" }, { field: ".s" }] },
      byTag: { terms: [{ field: ".tags", mva: true }] },
      sorted: { values: [{ field: ".a" }, { field: ".b" }] }
    },
    constraints: [{ unique: [{ field: ".u" }] }],
    computed_fields: { sum: { body: "d => d.a + d.b" }, bad: { body: "d => abort(d.a)" } }
  })
  Collection.create({ name: "Other", history_days: 1 })
  Function.create({ name: "twice", body: "x => x + x" })
  Function.create({ name: "loop", signature: "(n: Number) => Number", body: "n => if (n <= 0) 0 else loop(n - 1) + 1" })
  Role.create({ name: "r", privileges: [{ resource: "Item", actions: { read: "d => d.a > 1" } }] })
  0`,
  `Set.sequence(1, 41).forEach(i => Item.create({
    id: i, a: i % 5, b: i / 3.0, s: "s" + i.toString(), u: i, tags: ["x", i % 3, "t" + (i % 4).toString()],
    o: { n: { m: i } }, ref: Item(i % 7 + 1), at: Time("2020-01-01T00:00:00Z").add(i, "days"), nothing: null
  }))
  Other.create({ id: 1, doc: Item(1) })
  0`,
]

type Kind = keyof typeof SIMPLE

/** Expressions of each kind that need no others. */
const SIMPLE = {
  Number: [
    ...'0 1 -1 2 3 7 16 100 0.0 -0.0 1.5 0.1 1e308 -1e308 5e-324 2147483647 -2147483648 2147483648'.split(
      ' ',
    ),
    ...'9223372036854775807 -9223372036854775808 16000 16001 1000000 Math.NaN Math.Infinity Item.count()'.split(
      ' ',
    ),
  ],
  String: [
    ...'"" "a" "abc" "é" "s1" "-1" "99999999999999999999" "\\u{1f600}" "\\u0000" "(a*)*b" "a|b" "[" "\\\\d+" "__proto__"'.split(
      ' ',
    ),
    ...[
      '"days"',
      '"seconds"',
      '"2020-02-29"',
      '"2020-01-01T00:00:00Z"',
      '"#{1 + 1} b"',
      '"ab".repeat(500)',
      '"I\u0307ßﬁ"',
    ],
  ],
  Boolean: ['true', 'false', 'Item.byId("1").exists()'],
  Array: [
    '[]',
    '[1]',
    '[3, 1, 2]',
    '["b", "a", null]',
    '[1, "a", 2.5, [1], {a: 1}]',
    'Item.all().toArray()',
    '[[1, 2], [3]]',
  ],
  Set: [
    ...[
      'Item.all()',
      'Item.byA(1)',
      'Item.byTag("x")',
      'Item.sorted()',
      'Set.sequence(0, 20)',
      '[1, 2, 3].toSet()',
    ],
    ...[
      'Set.single(1)',
      'Item.sorted({ from: [1, 2], to: 3 })',
      'Item.byTag("x", { from: 3 })',
      'Item.where(.a > 1)',
    ],
    ...['Other.all()', 'Item.byA(1).reverse()', 'Token.all()', 'Role.all()', 'Set.sequence(0, 100000)'],
  ],
  Struct: [
    '{}',
    '{ a: 1 }',
    '{ a: 1, b: { c: [1] } }',
    '{ "__proto__": 1, constructor: 2 }',
    '{ id: 3, a: null }',
    '{ from: 1 }',
  ],
  Doc: [
    ...[
      'Item.byId("1")!',
      'Item(2)',
      'Item.byId("999")',
      'Item.all().first()!',
      'Other(1)',
      'Role.byName("r")!',
      'Item(3)!.ref',
    ],
    ...[
      'Item.create({ a: 1 })',
      'Item(4)!.update({ a: 9 })',
      'Item(5)!.delete()',
      'Collection.byName("Item")!',
      'Item(6)!.replace({})',
    ],
  ],
  Time: [
    'Time("2020-01-01T00:00:00Z")',
    'Time.epoch(0, "seconds")',
    'Time("+999999999-12-31T23:59:59Z")',
    'Item(1)!.at',
    'Item(1)!.ts',
  ],
  Date: ['Date("2020-02-29")', 'Date("-0001-01-01")', 'Time("2020-01-01T00:00:00Z").toString()'],
  Null: ['null', 'Item(1)!.missing', '[].first()', 'Query.identity()'],
  Bytes: ['Bytes("AAAA")', 'Bytes("")', 'Bytes.fromString("é")'],
  Function: [
    'x => x',
    '(x, y) => x',
    '() => 1',
    '(...xs) => xs',
    'Math.abs',
    'twice',
    '(.a)',
    'x => abort(x)',
    'Item.byA',
    'loop',
  ],
  ID: ['Item(1).id', 'ID("7")', 'newId()'],
  Module: [
    'Doc',
    'Math',
    'Token',
    'Collection',
    'FQL',
    'Set',
    'Schema',
    'Query',
    'Object',
    'String',
    'Role',
    'Time',
  ],
} as const satisfies Record<string, readonly string[]>

const KINDS = Object.keys(SIMPLE) as Kind[]

const TYPE_KINDS: Readonly<Record<string, Kind>> = {
  Int: 'Number',
  Long: 'Number',
  Double: 'Number',
  Float: 'Number',
  Number: 'Number',
  String: 'String',
  Boolean: 'Boolean',
  'Array<Any>': 'Array',
  'Set<Any>': 'Set',
  '{ *: Any }': 'Struct',
  Function: 'Function',
  ID: 'ID',
  Time: 'Time',
  Date: 'Date',
  Null: 'Null',
  Bytes: 'Bytes',
  Doc: 'Doc',
}

interface Owner {
  /** An expression of the type; undefined: any of the kind. */
  readonly receiver: string | undefined
  readonly kind: Kind
  readonly type: TypeDefinition
}

const VALUE_OWNERS: readonly Owner[] = VALUE_TYPES.flatMap((type) => {
  const kind = TYPE_KINDS[type.typeName] ?? (type.typeName in SIMPLE ? (type.typeName as Kind) : undefined)
  return kind ? [{ receiver: undefined, kind, type }] : []
})
const MODULE_OWNERS: readonly Owner[] = [...BUILT_INS].flatMap(([name, v]) =>
  v instanceof ModuleValue ? [{ receiver: name, kind: 'Module' as const, type: v.type }] : [],
)
/** Every way to call a built-in, and the kind of what it answers, if its declaration tells. */
const CALLS = [...VALUE_OWNERS, ...MODULE_OWNERS].flatMap((owner) =>
  [...owner.type.methods.values()]
    .filter((m) => m.name !== 'toString' || owner.kind === 'Number')
    .flatMap((m) => m.overloads)
    .map(({ signature }) => ({ owner, signature, result: resultKind(signature) })),
)

function resultKind({ type: { result } }: Signature): Kind | undefined {
  const [first] = printType(result).split(/[ <]/)
  const name = first === 'Array' || first === 'Set' ? `${first}<Any>` : (first ?? '')
  return TYPE_KINDS[name]
}

const COLLECTION_CALLS = [
  ...[
    'Item.byId',
    'Item.create',
    'Item.where',
    'Item.firstWhere',
    'Item.byA',
    'Item.byTag',
    'Item.sorted',
    'Item.all',
    'Doc',
  ],
  ...[
    'Item.createData',
    'Token.create',
    'Key.create',
    'Token.byDocument',
    'Credential.byDocument',
    'Role.byName',
    'twice',
  ],
  ...[
    'Set.paginate',
    'loop',
    'Collection.create',
    'Function.create',
    'Database.create',
    'newId',
    'log',
    'dbg',
    'abort',
  ],
]
const DOCUMENT_METHODS = [
  'update',
  'replace',
  'delete',
  'exists',
  'updateData',
  'replaceData',
  'data',
  'toString',
]
const FIELDS = [
  'a',
  'b',
  's',
  'u',
  'tags',
  'o',
  'ref',
  'sum',
  'bad',
  'id',
  'ts',
  'ttl',
  'coll',
  'data',
  'n',
  'x',
  'length',
  'name',
]
const BINARY = '+ - * / % ** == != < <= > >= && || ?? & | ^ << >>'.split(' ')
const TYPES = [
  'Int',
  'String',
  'Null',
  'Doc',
  'Number',
  'Array',
  'Object',
  'Set',
  'Time',
  'Boolean',
  'Any',
  'Function',
]

export const randomProgram = (random: Random): string => new Program(random).text()

class Program {
  readonly #random: Random
  readonly #names: string[] = []
  /** Nodes that may still be made. */
  #left = 20

  constructor(random: Random) {
    this.#random = random
  }

  text(): string {
    return this.#block(3)
  }

  #below(n: number): number {
    return Math.floor(this.#random() * n)
  }
  #pick<T>(items: readonly T[]): T {
    return pick(this.#random, items)
  }
  #chance(p: number): boolean {
    return this.#random() < p
  }

  #block(statements: number): string {
    const mark = this.#names.length
    const lines = Array.from({ length: this.#below(statements) }, () => {
      const value = this.#any()
      if (this.#chance(0.4)) return value
      const name = `v${this.#names.length}`
      this.#names.push(name)
      return `let ${name} = ${value}`
    })
    const text = [...lines, this.#any()].join('\n')
    this.#names.length = mark
    return text
  }

  #any(): string {
    return this.#of(this.#pick(KINDS))
  }

  /** An expression of the kind, or what was meant to be one. */
  #of(kind: Kind): string {
    const dice = this.#random()
    if (--this.#left < 0 || dice < 0.35) return this.#pick(SIMPLE[kind])
    if (dice < 0.42 && this.#names.length > 0) return this.#pick(this.#names)
    if (dice < 0.44) return this.#any()
    if (dice < 0.8) return this.#call(kind)
    return this.#form()
  }

  #call(kind: Kind): string {
    if (this.#chance(0.15)) return `${this.#pick(COLLECTION_CALLS)}(${this.#args(this.#below(3))})`
    if (kind === 'Doc')
      return `${this.#primary('Doc')}.${this.#pick(DOCUMENT_METHODS)}(${this.#args(this.#below(2))})`
    const fitting = CALLS.filter((c) => c.result === kind)
    const { owner, signature } = this.#pick(fitting.length > 0 && this.#chance(0.8) ? fitting : CALLS)
    return `${owner.receiver ?? this.#primary(owner.kind)}.${signature.name}(${this.#argumentsOf(signature)})`
  }

  #argumentsOf({ params, variadic }: Signature): string {
    const all = variadic ? [...params, ...Array.from({ length: this.#below(3) }, () => variadic)] : params
    const texts = all.map((p) => (this.#chance(0.05) ? this.#any() : this.#argument(p)))
    if (this.#chance(0.02)) texts.push(this.#any())
    if (this.#chance(0.02)) texts.pop()
    return texts.join(', ')
  }

  #argument(p: Parameter): string {
    if (p.callbackArity !== undefined && this.#chance(0.9)) return this.#lambda(p.callbackArity)
    const name = this.#pick(p.type.name.split(' | '))
    const kind = TYPE_KINDS[name]
    return kind ? this.#of(kind) : this.#any()
  }

  #lambda(arity: number): string {
    if (arity === 1 && this.#chance(0.25)) return `(.${this.#pick(FIELDS)})`
    const params = Array.from({ length: arity }, (_, i) => `p${this.#names.length + i}`)
    this.#names.push(...params)
    const body = this.#chance(0.2) ? `{ ${this.#block(2)} }` : this.#any()
    this.#names.length -= arity
    return `(${params.join(', ')}) => ${body.startsWith('{') ? `(${body})` : body}`
  }

  #args(n: number): string {
    return Array.from({ length: n }, () => this.#any()).join(', ')
  }

  /** Can stand before a dot. */
  #primary(kind: Kind): string {
    return `(${this.#of(kind)})`
  }

  #form(): string {
    const any = () => this.#any()
    switch (this.#below(14)) {
      case 0:
        return `(${any()} ${this.#pick(BINARY)} ${any()})`
      case 1:
        return `(if (${this.#of('Boolean')}) ${any()} else ${any()})`
      case 2:
        return `(${this.#primary('Doc')}.${this.#pick(FIELDS)})`
      case 3:
        return `(${this.#primary(this.#pick(KINDS))}?.${this.#pick(FIELDS)})`
      case 4:
        return `(${any()})!`
      case 5:
        return `((${any()}) isa ${this.#pick(TYPES)})`
      case 6:
        return `[${this.#args(this.#below(4))}]`
      case 7:
        return `{ ${this.#pick(FIELDS)}: ${any()}, k: ${any()} }`
      case 8:
        return `${this.#primary(this.#pick(['Doc', 'Set', 'Struct', 'Array']))} { ${this.#pick(FIELDS)}, z: .${this.#pick(FIELDS)}, o { n } }`
      case 9:
        return `(at (${this.#of('Time')}) { ${this.#block(2)} })`
      case 10:
        return `${this.#primary(this.#pick(['Array', 'String', 'Struct', 'Set']))}[${any()}]`
      case 11:
        return `"t#{${any()}}"`
      case 12:
        return `(${this.#pick(['!', '-'])}${this.#primary(this.#pick(['Number', 'Boolean']))})`
      default:
        return `{ ${this.#block(3)} }`
    }
  }
}
