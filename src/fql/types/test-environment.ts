/** A small environment for tests: the commonly used part of the standard library and two collections. */
import { collectionTypes, type FieldDefinition } from '#src/fql/types/collection.ts'
import {
  shapeFromDeclaration,
  signatureType,
  type TypeDeclaration,
  TypeEnvironment,
  typeFromText,
} from '#src/fql/types/environment.ts'
import { ANY, named, optional, type Type } from '#src/fql/types/type.ts'

const ORDERING = '(A => Any) | { asc: A => Any } | { desc: A => Any }'

const iterable = (self: string, other: string): Record<string, string | string[]> => ({
  aggregate: 'aggregate(seed: A, combiner: (A, A) => A) => A',
  any: 'any(predicate: A => Boolean | Null) => Boolean',
  concat: `concat(other: ${self}<B>) => ${self}<A | B>`,
  distinct: `distinct() => ${self}<A>`,
  every: 'every(predicate: A => Boolean | Null) => Boolean',
  first: 'first() => A | Null',
  firstWhere: 'firstWhere(predicate: A => Boolean | Null) => A | Null',
  flatMap: `flatMap(mapper: A => ${self}<B>) => ${self}<B>`,
  fold: 'fold(seed: B, reducer: (B, A) => B) => B',
  forEach: 'forEach(callback: A => Any) => Null',
  includes: 'includes(element: A) => Boolean',
  isEmpty: 'isEmpty() => Boolean',
  last: 'last() => A | Null',
  map: `map(mapper: A => B) => ${self}<B>`,
  order: `order(...ordering: ${ORDERING}) => ${self}<A>`,
  reduce: 'reduce(reducer: (A, A) => A) => A | Null',
  reverse: `reverse() => ${self}<A>`,
  take: `take(limit: Number) => ${self}<A>`,
  where: `where(predicate: A => Boolean | Null) => ${self}<A>`,
  [other === 'Set' ? 'toSet' : 'toArray']: `${other}() => ${other}<A>`,
  toString: 'toString() => String',
})

const toText = { toString: 'toString() => String' }

const DECLARATIONS: readonly TypeDeclaration[] = [
  ...['Null', 'Boolean', 'Number', 'Int', 'Long', 'Double', 'Float', 'Bytes', 'UUID'].map((typeName) => ({
    typeName,
    methods: toText,
    persistable: true,
  })),
  { typeName: 'ID', methods: toText },
  { typeName: 'TransactionTime', methods: toText },
  {
    typeName: 'String',
    fields: { length: 'Number' },
    methods: {
      ...toText,
      concat: 'concat(other: String) => String',
      slice: ['slice(start: Number) => String', 'slice(start: Number, end: Number) => String'],
      startsWith: 'startsWith(prefix: String) => Boolean',
      parseInt: ['parseInt() => Number | Null', 'parseInt(radix: Number) => Number | Null'],
      split: 'split(separator: String) => Array<String>',
      toUpperCase: 'toUpperCase() => String',
    },
    access: '[](index: Number) => String',
    persistable: true,
  },
  {
    typeName: 'Array',
    typeParams: ['A'],
    fields: { length: 'Number' },
    methods: {
      ...iterable('Array', 'Set'),
      append: 'append(element: A) => Array<A>',
      filter: 'filter(predicate: A => Boolean | Null) => Array<A>',
      indexOf: [
        'indexOf(element: A) => Number | Null',
        'indexOf(element: A, start: Number) => Number | Null',
      ],
    },
    access: '[](index: Number) => A',
    persistable: true,
  },
  {
    typeName: 'Set',
    typeParams: ['A'],
    methods: {
      ...iterable('Set', 'Array'),
      count: 'count() => Number',
      toStream: 'toStream() => EventSource<A>',
      paginate: [
        'paginate() => { data: Array<A>, after: String | Null }',
        'paginate(size: Number) => { data: Array<A>, after: String | Null }',
      ],
    },
  },
  { typeName: 'EventSource', typeParams: ['A'], methods: toText },
  { typeName: 'Stream', typeParams: ['A'], alias: 'EventSource<A>' },
  { typeName: 'Ref', typeParams: ['A'], alias: 'A | EmptyRef<A>', persistable: true },
  {
    typeName: 'EmptyRef',
    typeParams: ['A'],
    fields: { id: 'ID', coll: 'Any' },
    methods: { exists: 'exists() => false' },
    alias: 'Null',
  },
  { typeName: 'NamedRef', typeParams: ['A'], alias: 'A | EmptyNamedRef<A>', persistable: true },
  {
    typeName: 'EmptyNamedRef',
    typeParams: ['A'],
    fields: { name: 'String', coll: 'Any' },
    methods: { exists: 'exists() => false' },
    alias: 'Null',
  },
  { typeName: 'UserFunction', typeParams: ['A'], fields: { definition: 'FunctionDef' }, alias: 'A' },
  { typeName: 'CollectionDef', alias: '{ name: String, *: Any }', role: 'document' },
  { typeName: 'FunctionDef', alias: '{ name: String, body: String, *: Any }', role: 'document' },
  {
    typeName: 'Time',
    fields: { year: 'Number' },
    methods: { ...toText, add: 'add(amount: Number, unit: String) => Time' },
    persistable: true,
  },
  { typeName: 'Date', methods: toText, persistable: true },
  {
    typeName: 'TimeModule',
    methods: { now: 'now() => Time', fromString: 'fromString(time: String) => Time' },
    apply: 'apply(time: String) => Time',
  },
  { typeName: 'IDModule', apply: ['apply(id: String) => ID', 'apply(id: Number) => ID'] },
  {
    typeName: 'MathModule',
    fields: { PI: 'Number' },
    methods: {
      abs: 'abs(x: Number) => Number',
      max: 'max(x: Number, y: Number) => Number',
      sum: ['sum(numbers: Array<Number>) => Number', 'sum(numbers: Set<Number>) => Number'],
    },
  },
  {
    typeName: 'ObjectModule',
    methods: {
      keys: 'keys(object: Any) => Array<String>',
      values: 'values(object: { *: A }) => Array<A>',
      entries: 'entries(object: { *: A }) => Array<[String, A]>',
      fromEntries: 'fromEntries(entries: Array<[String, A]>) => { *: A }',
      assign: 'assign(destination: { *: A }, source: { *: B }) => { *: A | B }',
    },
  },
  { typeName: 'FQLModule', methods: { asc: 'asc(accessor: A => Any) => { asc: A => Any }' } },
]

const GLOBALS: readonly (readonly [string, Type | (() => Type)])[] = [
  ['Time', named('TimeModule')],
  ['ID', named('IDModule')],
  ['Math', named('MathModule')],
  ['Object', named('ObjectModule')],
  ['FQL', named('FQLModule')],
  ['abort', () => signatureType('abort(return: Any) => Never')],
  ['log', () => signatureType('log(...args: Any) => Null')],
  ['dbg', () => signatureType('dbg(value: A) => A')],
  ['asc', () => signatureType('asc(accessor: A => Any) => { asc: A => Any }')],
  ['desc', () => signatureType('desc(accessor: A => Any) => { desc: A => Any }')],
  ['newId', () => signatureType('newId() => ID')],
]

const plainField = (text: string): FieldDefinition => {
  const type = typeFromText(text)
  return { read: type, create: type, update: optional(type) }
}

/** No fields: anything may be stored. */
const POND = collectionTypes({
  name: 'Pond',
  fields: new Map(),
  indexes: new Map([['byKind', [{ path: ['kind'] }]]]),
})

const BOOK = collectionTypes({
  name: 'Book',
  fields: new Map([
    ['title', plainField('String')],
    ['pages', plainField('Number | Null')],
    ['author', plainField('Ref<Author>')],
    ['tags', plainField('Array<String>')],
  ]),
  computed: new Map([['label', named('String')]]),
  indexes: new Map([
    ['byTitle', [{ path: ['title'] }]],
    ['byTag', [{ path: ['tags'], mva: true }]],
  ]),
})

const AUTHOR = collectionTypes({
  name: 'Author',
  alias: 'Writer',
  fields: new Map([['name', plainField('String')]]),
})

export const TEST_ENVIRONMENT = new TypeEnvironment({
  shapes: [...DECLARATIONS.map(shapeFromDeclaration), ...POND.shapes, ...BOOK.shapes, ...AUTHOR.shapes],
  globals: [
    ...GLOBALS,
    ...POND.globals,
    ...BOOK.globals,
    ...AUTHOR.globals,
    ['unknown', ANY],
    ['twice', named('UserFunction', [typeFromText('(x: Number) => Number')])],
    ['same', () => named('UserFunction', [typeFromText('A => A')])],
    ['pick', typeFromText('(c: "red" | "blue") => String')],
    ['either', typeFromText('(Number => Number) & (Boolean => Boolean)')],
  ],
})
