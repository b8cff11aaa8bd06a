/** The types that a collection brings: its documents, missing documents and the collection object (§3.3). */
import { type Member, type Provisional, provisional, TypeShape } from '#src/fql/types/environment.ts'
import {
  ANY,
  BOOLEAN,
  FALSE,
  type FunctionParameter,
  fn,
  functionType,
  ID,
  intersection,
  NULL,
  named,
  optional,
  type RecordType,
  record,
  STRING,
  TIME,
  TRUE,
  type Type,
  union,
} from '#src/fql/types/type.ts'

/** A user collection, as the checker needs it. */
export interface CollectionDefinition {
  readonly name: string
  readonly alias?: string
  /** Declared fields in order. */
  readonly fields: ReadonlyMap<string, FieldDefinition>
  /** Computed fields: known types, or found out when first used. */
  readonly computed?: ReadonlyMap<string, Member>
  /** Type of undeclared fields; undefined means none, unless there are no declared fields at all: then Any. */
  readonly wildcard?: Type
  /** `document_ttls`: documents may have a `ttl`. By default when there are no declared fields. */
  readonly documentTtls?: boolean
  readonly indexes?: ReadonlyMap<string, readonly IndexTerm[]>
}

/** The type of a stored field, as read and as given to create, replace and update. */
export interface FieldDefinition {
  readonly read: Type
  readonly create: Type
  readonly update: Type
}

export interface IndexTerm {
  readonly path: readonly (string | number)[]
  /** The term matches elements of an array. */
  readonly mva?: boolean
}

export interface CollectionTypes {
  readonly shapes: readonly TypeShape[]
  readonly globals: readonly (readonly [string, Type])[]
}

const RANGE = union([
  record(new Map([['from', ANY]])),
  record(new Map([['to', ANY]])),
  record(
    new Map([
      ['from', ANY],
      ['to', ANY],
    ]),
  ),
])

/** All types of the collection under its name and its alias. */
export const collectionTypes = (definition: CollectionDefinition): CollectionTypes => {
  const names = [definition.name]
  if (definition.alias !== undefined) names.push(definition.alias)
  return {
    shapes: names.flatMap((name) => shapesNamed(name, definition)),
    globals: names.map((name) => [name, named(`${name}Collection`)] as const),
  }
}

const shapesNamed = (name: string, definition: CollectionDefinition): TypeShape[] => {
  const types = new CollectionBuilder(name, definition)
  return [types.document(), types.missing(), types.collection()]
}

const call = (params: Readonly<Record<string, Type>>, result: Type): Type =>
  functionType(
    Object.entries(params).map(([name, type]) => ({ name, type })),
    undefined,
    result,
  )

class CollectionBuilder {
  readonly #name: string
  readonly #definition: CollectionDefinition
  readonly #wildcard: Type | undefined
  readonly #document: Type
  readonly #collection: Type
  readonly #missing: Type

  constructor(name: string, definition: CollectionDefinition) {
    this.#name = name
    this.#definition = definition
    this.#wildcard = definition.wildcard ?? (definition.fields.size === 0 ? ANY : undefined)
    this.#document = named(name)
    this.#collection = named(`${name}Collection`)
    this.#missing = named(`Null${name}`)
  }

  document(): TypeShape {
    const data =
      (type: () => Type): Member =>
      () =>
        call({ data: type() }, this.#document)
    return new TypeShape({
      name: this.#name,
      role: 'document',
      persistable: false,
      members: new Map<string, Member>([
        ['coll', this.#collection],
        ['exists', fn([], TRUE)],
        ['update', data(() => this.#input('update', this.#ttl()))],
        ['updateData', data(() => this.#input('update', []))],
        ['replace', data(() => this.#input('create', this.#ttl()))],
        ['replaceData', data(() => this.#input('create', []))],
        ['delete', fn([], this.#missing)],
      ]),
      alias: () => this.#content(),
    })
  }

  missing(): TypeShape {
    return new TypeShape({
      name: `Null${this.#name}`,
      role: 'missing-document',
      members: new Map<string, Member>([
        ['id', ID],
        ['coll', this.#collection],
        ['exists', fn([], FALSE)],
        ['toString', fn([], STRING)],
      ]),
      alias: NULL,
    })
  }

  collection(): TypeShape {
    const document = this.#document
    const set = named('Set', [document])
    const reference = call({ id: ID }, named('Ref', [document]))
    const predicate = fn([document], BOOLEAN)
    const members = new Map<string, Member>([
      ['byId', reference],
      [
        'create',
        () => call({ data: this.#input('create', [['id', optional(ID)], ...this.#ttl()]) }, document),
      ],
      ['createData', () => call({ data: this.#input('create', []) }, document)],
      ['definition', named('CollectionDef')],
      ['all', intersection([fn([], set), call({ range: RANGE }, set)])],
      ['where', call({ pred: predicate }, set)],
      ['firstWhere', call({ pred: predicate }, optional(document))],
      ['toString', fn([], STRING)],
    ])
    for (const [name, terms] of this.#definition.indexes ?? [])
      members.set(name, () => this.#index(terms, set))
    return new TypeShape({ name: `${this.#name}Collection`, role: 'collection', members, apply: reference })
  }

  /** The fields of a stored document; provisional while the type of a computed field is being inferred. */
  #content(): RecordType | Provisional {
    const fields = new Map<string, Type>([
      ['id', ID],
      ['ts', TIME],
      ['ttl', optional(TIME)],
    ])
    for (const [name, { read }] of this.#definition.fields) fields.set(name, read)
    let complete = true
    for (const [name, member] of this.#definition.computed ?? []) {
      const type = typeof member === 'function' ? member() : member
      if (type.kind === 'provisional') complete = false
      fields.set(name, type.kind === 'provisional' ? type.type : type)
    }
    const content = record(fields, this.#wildcard)
    return complete ? content : provisional(content)
  }

  /** `ttl` is allowed, refused where a wildcard would let it in, or not mentioned. */
  #ttl(): [string, Type][] {
    const { documentTtls, fields } = this.#definition
    if (documentTtls ?? fields.size === 0) return [['ttl', optional(TIME)]]
    return this.#wildcard ? [['ttl', NULL]] : []
  }

  #input(side: 'create' | 'update', own: readonly (readonly [string, Type])[]): Type {
    const fields = new Map<string, Type>(own)
    if (own.length > 0 && this.#wildcard) fields.set('data', NULL)
    for (const [name, field] of this.#definition.fields) fields.set(name, field[side])
    return record(fields, this.#wildcard)
  }

  #index(terms: readonly IndexTerm[], set: Type): Type | Provisional {
    const content = this.#content()
    if (content.kind === 'provisional') return provisional(indexType(content.type, terms, set))
    return indexType(content, terms, set)
  }
}

const indexType = (content: Type, terms: readonly IndexTerm[], set: Type): Type => {
  const params: FunctionParameter[] = terms.map((term, i) => ({
    name: `term${i + 1}`,
    type: termType(content, term),
  }))
  const ranged = [...params, { name: 'range', type: RANGE }]
  return intersection([functionType(params, undefined, set), functionType(ranged, undefined, set)])
}

/** The type that a term must have: what is stored at its path, or an element of it. */
const termType = (content: Type, term: IndexTerm): Type => {
  let type: Type = content
  for (const step of term.path) type = stepInto(type, step)
  return term.mva ? union(elementTypes(type)) : type
}

const stepInto = (type: Type, step: string | number): Type => {
  if (type.kind === 'record' && typeof step === 'string') return type.fields.get(step) ?? type.wildcard ?? ANY
  if (type.kind === 'tuple' && typeof step === 'number') return type.elements[step] ?? ANY
  if (type.kind === 'named' && type.name === 'Array' && typeof step === 'number') return type.args[0] ?? ANY
  return ANY
}

const elementTypes = (type: Type): Type[] => {
  if (type.kind === 'named' && type.name === 'Array') return [...type.args]
  if (type.kind === 'tuple') return [...type.elements]
  return type.kind === 'union' ? type.members.flatMap(elementTypes) : [type]
}
