/** TypeScript for static types, as the JavaScript driver gives and takes the values (spec/protocol.md §4, §11.1). */
import type { TypeShape } from '#src/fql/types/environment.ts'
import type { FunctionType, NamedType, RecordType, Type } from '#src/fql/types/type.ts'

/**
 * Where a value is: a result, in which documents are whole; a field of a document, in which they are references and
 * nulls are left out; an argument.
 */
export type Place = 'result' | 'field' | 'input'

/** What names in types mean. */
export interface Names {
  shape(name: string): TypeShape | undefined
  /** TypeScript types of a document of a user's collection as a result, alternatives apart; undefined: no such collection. */
  document(name: string): readonly string[] | undefined
}

interface Layout {
  readonly except?: ReadonlySet<string>
  readonly indent?: string
}

const ANY_VALUE = '$fauna.QueryValue'
const MISSING = '$fauna.NullDocument'
const REFERENCE = '$fauna.DocumentReference'

const SIMPLE: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    String: ['string'],
    ID: ['string'],
    UUID: ['string'],
    SetCursor: ['string'],
    Int: ['number'],
    Double: ['number'],
    Float: ['number'],
    Number: ['number', 'bigint'],
    Long: ['number', 'bigint'],
    Boolean: ['boolean'],
    Null: ['null'],
    Time: ['$fauna.TimeStub'],
    TransactionTime: ['$fauna.TimeStub'],
    Date: ['$fauna.DateStub'],
    Bytes: ['Uint8Array'],
    EventSource: ['$fauna.EventSource'],
    Stream: ['$fauna.EventSource'],
    Module: ['$fauna.Module'],
  }),
)

/** Built-in documents that have an id instead of a name. */
const WITH_ID: ReadonlySet<string> = new Set(['Credential', 'Key', 'Token'])

export class TypeText {
  private readonly names: Names
  constructor(names: Names) {
    this.names = names
  }

  of(type: Type, place: Place): string {
    return joined(this.alternatives(type, place))
  }

  /** A function that may be called from outside. Inferred types do not know what the parameters are called. */
  call(type: Type, params: readonly string[]): string {
    if (type.kind === 'function') return this.signature(type, params)
    if (type.kind === 'intersection') return type.members.map((t) => `(${this.call(t, params)})`).join(' & ')
    if (type.kind === 'named' && type.name === 'UserFunction' && type.args[0])
      return this.call(type.args[0], params)
    return `(...args: Array<${ANY_VALUE}>) => ${ANY_VALUE}`
  }

  /** An object type, except its fields of these names; over several lines with `indent` before the end. */
  object(type: RecordType, place: Place, layout: Layout = {}): string {
    const fields = [...type.fields].filter(([name]) => !layout.except?.has(name))
    const members = fields.map(([name, field]) => this.member(name, field, place))
    if (!type.wildcard) return braces(members, layout.indent)
    // Apart from the others: TypeScript wants the type of further fields to suit the declared ones as well.
    const rest = `{ [key: string]: ${this.wildcard(type.wildcard, fields, place)} }`
    return members.length === 0 ? rest : `${braces(members, layout.indent)} & ${rest}`
  }

  private wildcard(type: Type, fields: readonly (readonly [string, Type])[], place: Place): string {
    const all = [type, ...fields.map(([, field]) => field)].flatMap((t) => this.alternatives(t, place))
    return joined(all.includes('null') || all.includes(ANY_VALUE) ? [...all, 'undefined'] : all)
  }

  private member(name: string, type: Type, place: Place): string {
    const found = this.alternatives(type, place)
    const mayMiss = found.includes('null') || (place !== 'result' && found.includes(ANY_VALUE))
    const shown = place === 'field' ? found.filter((t) => t !== 'null') : found
    return `${propertyKey(name)}${mayMiss ? '?' : ''}: ${shown.length === 0 ? 'null' : joined(shown)}`
  }

  private alternatives(type: Type, place: Place): readonly string[] {
    switch (type.kind) {
      case 'literal':
        return [typeof type.value === 'object' ? 'number' : literalText(type.value)]
      case 'never':
        return []
      case 'named':
        return this.named(type, place)
      case 'tuple':
        return [`[${type.elements.map((t) => this.of(t, place)).join(', ')}]`]
      case 'record':
        return [this.object(type, place)]
      case 'interface':
        return [`{ ${this.member(type.name, type.type, place)} }`]
      case 'union':
        return type.members.flatMap((t) => this.alternatives(t, place))
      case 'intersection':
        return this.intersection(type.members, place)
      case 'minus':
        return this.alternatives(type.base, place).filter((t) => t !== 'null' && t !== MISSING)
      default:
        return [ANY_VALUE]
    }
  }

  private intersection(members: readonly Type[], place: Place): readonly string[] {
    const [first = [], ...others] = members.map((t) => this.alternatives(t, place))
    const shared = first.filter((t) => others.every((other) => other.includes(t)))
    if (shared.length > 0) return shared
    const texts = members.map((t) => this.of(t, place)).filter((t) => t !== ANY_VALUE)
    if (texts.length === 0) return [ANY_VALUE]
    return [texts.map((t) => (t.includes(' | ') ? `(${t})` : t)).join(' & ')]
  }

  private named(type: NamedType, place: Place): readonly string[] {
    const simple = SIMPLE.get(type.name)
    if (simple) return simple
    const [inner] = type.args
    if (inner) return this.generic(type.name, inner, place)
    const role = this.names.shape(type.name)?.role
    if (role === 'missing-document') return [place === 'result' ? MISSING : 'null']
    if (role === 'collection') return ['$fauna.Module']
    return role === 'document' ? this.document(type.name, place) : [ANY_VALUE]
  }

  private generic(name: string, inner: Type, place: Place): readonly string[] {
    switch (name) {
      case 'Array':
        return [`Array<${this.of(inner, place)}>`]
      case 'Set':
        return this.set(inner, place)
      case 'Ref':
      case 'NamedRef':
        return [...this.alternatives(inner, place), ...(place === 'result' ? [MISSING] : [])]
      case 'EmptyRef':
      case 'EmptyNamedRef':
        return [place === 'result' ? MISSING : REFERENCE]
      default:
        return [...(SIMPLE.get(name) ?? [ANY_VALUE])]
    }
  }

  /** Inside documents sets may be given as nothing but where they continue. */
  private set(element: Type, place: Place): readonly string[] {
    const page = `$fauna.Page<${this.of(element, 'result')}>`
    return place === 'result' ? [page] : [page, '$fauna.EmbeddedSet']
  }

  private document(name: string, place: Place): readonly string[] {
    const own = this.names.document(name)
    if (own) return place === 'result' ? own : [REFERENCE]
    const kind = WITH_ID.has(name) ? '$fauna.Document' : '$fauna.NamedDocument'
    return [place === 'result' ? kind : `${kind}Reference`]
  }

  private signature({ params, variadic, result }: FunctionType, names: readonly string[]): string {
    const texts = params.map((p, i) => `${parameterName(names, i)}: ${this.of(p.type, 'input')}`)
    if (variadic)
      texts.push(`...${parameterName(names, params.length)}: Array<${this.of(variadic.type, 'input')}>`)
    return `(${texts.join(', ')}) => ${this.of(result, 'result')}`
  }
}

const braces = (members: readonly string[], indent: string | undefined): string => {
  if (members.length === 0) return '{}'
  if (indent === undefined) return `{ ${members.join('; ')} }`
  return `{\n${members.map((m) => `${indent}  ${m}\n`).join('')}${indent}}`
}

/** Anything swallows the others. */
const joined = (alternatives: readonly string[]): string => {
  const all = new Set(alternatives)
  if (all.has(ANY_VALUE)) return all.has('undefined') ? `${ANY_VALUE} | undefined` : ANY_VALUE
  return all.size === 0 ? 'never' : [...all].join(' | ')
}

const literalText = (value: string | bigint | number | boolean): string =>
  typeof value === 'string' ? JSON.stringify(value) : String(value)

/** Quoted unless it is a name. */
export const propertyKey = (key: string): string =>
  /^[A-Za-z_][A-Za-z0-9_]*$/.test(key) ? key : JSON.stringify(key)

const parameterName = (names: readonly string[], i: number): string => {
  const name = names[i]
  return name === undefined || name === '_' || isReserved(name) ? `arg${i + 1}` : name
}

const RESERVED: ReadonlySet<string> = new Set(
  (
    'any bigint boolean never null number object string symbol undefined unknown void await break case catch class ' +
    'const continue debugger default delete do else enum export extends false finally for function if import in ' +
    'instanceof new return super switch this throw true try typeof var while with yield let static implements ' +
    'interface package private protected public arguments eval type as async of constructor declare module ' +
    'namespace asserts infer is keyof readonly require global unique intrinsic'
  ).split(' '),
)

/** Whether TypeScript may not take the word as a name of a type or a parameter. */
export const isReserved = (name: string): boolean => RESERVED.has(name)
