import { LiteralGrammar } from './literals.ts'
import { join, type Span } from './span.ts'
import type {
  Expr,
  FunctionTypeParam,
  LiteralType,
  Name,
  ObjectType,
  ObjectTypeField,
  TypeExpr,
  TypeScheme,
} from './tree.ts'

/**
 * A parenthesised list that only makes sense before `=>`: some of it is named, or the last is variadic.
 * Elsewhere it is a mistake.
 */
interface ParameterList {
  readonly kind: 'parameters'
  readonly params: readonly FunctionTypeParam[]
  readonly variadic: FunctionTypeParam | undefined
  readonly span: Span
}

interface Parameter extends FunctionTypeParam {
  readonly variadic: boolean
}

type Operand = TypeExpr | ParameterList

/** Types (spec/language.md §1.8). */
export abstract class TypeGrammar extends LiteralGrammar {
  /** The default values met in object types. */
  private readonly defaults: Expr[] = []

  /** Reads a type in which fields may have defaults, which must stand here, and the blanks after it. */
  typeWithDefaults(): TypeExpr {
    this.enter()
    const type = this.typeOnly(this.functionType())
    this.leave()
    return type
  }

  /** Reads a type, which must stand here, and the blanks after it. Defaults in it are mistakes. */
  type(): TypeExpr {
    const before = this.defaults.length
    const type = this.typeWithDefaults()
    for (const value of this.defaults.splice(before))
      this.report('Default values are not allowed here', value.span)
    return type
  }

  /** `<A, B> T` */
  typeScheme(): TypeScheme {
    const params = this.open('<') ? this.schemeParams() : []
    return { params, type: this.type() }
  }

  private schemeParams(): string[] {
    const params = [this.schemeParam()]
    while (this.comma() && this.code() !== 0x3e) params.push(this.schemeParam())
    this.close('>')
    this.nl()
    return params
  }

  private schemeParam(): string {
    const name = this.plainName() ?? this.fail('identifier')
    this.nl()
    return name.text
  }

  /** A parameter list that nothing made a function of is a mistake. */
  private typeOnly(operand: Operand): TypeExpr {
    if (operand.kind !== 'parameters') return operand
    for (const { name } of operand.params) {
      if (name) this.report('Only lambda argument types may be named', name.span)
    }
    if (operand.variadic) this.invalidVariadic(operand.variadic.type)
    return { kind: 'any', span: operand.span }
  }

  private invalidVariadic(type: TypeExpr): void {
    this.report('Invalid variadic argument', type.span)
  }

  // ---------------------------------------------------------------- operators

  private functionType(): Operand {
    const left = this.unionType()
    if (!this.open('=>')) return left
    this.enter()
    const result = this.typeOnly(this.functionType())
    this.leave()
    return { kind: 'function', ...parametersOf(left), result, span: join(left.span, result.span) }
  }

  private unionType(): Operand {
    const first = this.intersectionType()
    if (this.code() !== 0x7c) return first
    const members = [this.typeOnly(first)]
    while (this.open('|')) members.push(this.typeOnly(this.intersectionType()))
    return { kind: 'union', members, span: join(first.span, members.at(-1)!.span) }
  }

  private intersectionType(): Operand {
    const first = this.nullableType()
    if (this.code() !== 0x26) return first
    const members = [this.typeOnly(first)]
    while (this.open('&')) members.push(this.typeOnly(this.nullableType()))
    return { kind: 'intersection', members, span: join(first.span, members.at(-1)!.span) }
  }

  private nullableType(): Operand {
    let type: Operand = this.baseType()
    this.ws()
    const { depth } = this
    while (this.code() === 0x3f) {
      this.enter()
      this.pos++
      const base: TypeExpr = this.typeOnly(type)
      type = { kind: 'nullable', base, span: this.span(base.span.start) }
      this.ws()
    }
    this.depth = depth
    return type
  }

  // ---------------------------------------------------------------- operands

  private baseType(): Operand {
    const type =
      this.literalType() ?? this.namedType() ?? this.objectType() ?? this.arrayTuple() ?? this.parenthesised()
    return type ?? this.fail('type')
  }

  private literalType(): LiteralType | undefined {
    const word = this.word('true') ?? this.word('false')
    if (word) return { kind: 'literal', value: word.end - word.start === 4, span: word }
    const literal = this.integer() ?? this.plainString("'") ?? this.plainString('"')
    return literal && { kind: 'literal', value: literal.value, span: literal.span }
  }

  private namedType(): TypeExpr | undefined {
    const name = this.typeName()
    if (name === undefined) return undefined
    const { span } = name
    if (name.text === 'Any') return { kind: 'any', span }
    if (name.text === 'Never') return { kind: 'never', span }
    if (!this.open('<')) {
      this.missed('`<`')
      return { kind: 'named', name: name.text, span }
    }
    const args = [this.type0()]
    while (this.comma() && this.code() !== 0x3e) args.push(this.type0())
    this.close('>')
    return { kind: 'generic', name, args, span: this.span(span.start) }
  }

  /** A name, with single dots in it. */
  private typeName(): Name | undefined {
    const start = this.pos
    const name = this.plainName()
    if (name === undefined) return undefined
    while (this.code() === 0x2e) {
      const dot = this.pos++
      const end = this.restEnd()
      if (end === this.pos) {
        this.pos = dot
        break
      }
      this.pos = end
    }
    return { text: this.text.slice(start, this.pos), span: this.span(start) }
  }

  /** A nested type and the blanks after it. */
  private type0(): TypeExpr {
    const type = this.typeWithDefaults()
    this.nl()
    return type
  }

  private arrayTuple(): TypeExpr | undefined {
    const start = this.pos
    if (!this.open('[')) return undefined
    const elements: TypeExpr[] = []
    while (this.code() !== 0x5d) {
      if (!this.atType()) {
        if (elements.length === 0) this.missed('`,`')
        break
      }
      elements.push(this.type0())
      if (!this.comma()) break
    }
    this.close(']')
    return { kind: 'tuple', elements, span: this.span(start) }
  }

  private atType(): boolean {
    const c = this.text[this.pos]
    return c !== undefined && /[\w[({'"+-]/.test(c)
  }

  // ---------------------------------------------------------------- parentheses

  private parenthesised(): Operand | undefined {
    const start = this.pos
    if (!this.open('(')) return undefined
    const list: Parameter[] = []
    while (this.code() !== 0x29) {
      if (!this.atType() && !this.startsWith('...')) {
        if (list.length === 0) this.missed('`,`')
        break
      }
      list.push(this.parameter())
      if (!this.comma()) break
    }
    this.close(')')
    return this.parenthesisedList(list, this.span(start))
  }

  private parameter(): Parameter {
    const name = this.parameterName()
    const variadic = this.open('...')
    return { name, variadic, type: this.type0() }
  }

  private parameterName(): Name | undefined {
    const start = this.pos
    const name = this.plainName()
    if (name !== undefined && this.open(':')) return name
    this.pos = start
    return undefined
  }

  private parenthesisedList(list: readonly Parameter[], span: Span): Operand {
    const last = list.at(-1)
    const params = list.filter((p) => !p.variadic)
    for (const p of list) if (p.variadic && p !== last) this.invalidVariadic(p.type)
    const variadic = last?.variadic ? last : undefined
    if (variadic || params.some((p) => p.name)) return { kind: 'parameters', params, variadic, span }
    if (params.length === 1) return params[0]!.type
    return { kind: 'tuple', elements: params.map((p) => p.type), span }
  }

  // ---------------------------------------------------------------- objects

  private objectType(): ObjectType | undefined {
    const start = this.pos
    if (!this.open('{')) return undefined
    const fields = new ObjectTypeFields(this)
    while (this.objectTypeField(fields) && this.objectTypeSeparator()) {}
    this.close('}')
    return fields.result(this.span(start))
  }

  private objectTypeField(fields: ObjectTypeFields): boolean {
    const start = this.pos
    if (this.open('...')) {
      fields.interface(this.span(start, start + 3))
      return true
    }
    const key = this.code() === 0x2a ? undefined : this.key()
    if (key === undefined && !this.star()) return false
    this.ws()
    if (!this.open(':')) {
      this.pos = start
      return false
    }
    const type = this.typeWithDefaults()
    if (key === undefined) fields.wildcard(type, this.span(start, type.span.end))
    else fields.add({ key, type, default: this.default() }, start)
    return true
  }

  private star(): boolean {
    if (this.code() !== 0x2a) return false
    this.pos++
    return true
  }

  private default(): Expr | undefined {
    if (!this.open('=')) return undefined
    const value = this.requireExpression()
    this.defaults.push(value)
    return value
  }

  /** `,` `;` line ends or a line comment, when a field follows; else a trailing comma at most. */
  private objectTypeSeparator(): boolean {
    const start = this.pos
    this.ws()
    const c = this.code()
    const separates = c === 0x3b || c === 0x2c || c === 0x0a || c === 0x0d || this.startsWith('//')
    if (separates) {
      if (c !== 0x2f) this.pos++
      this.nl()
      if (this.atField()) return true
    }
    this.pos = start
    this.comma()
    this.nl()
    return false
  }

  private atField(): boolean {
    const c = this.text[this.pos]
    return c !== undefined && (/[A-Za-z_'"*]/.test(c) || this.startsWith('...'))
  }

  /** Reads the name of a field: any word or a string. */
  key(): Name | undefined {
    return this.plainName() ?? this.quotedKey()
  }
}

const parametersOf = (
  left: Operand,
): { params: readonly FunctionTypeParam[]; variadic: FunctionTypeParam | undefined } => {
  if (left.kind === 'parameters') return { params: left.params, variadic: left.variadic }
  const types = left.kind === 'tuple' ? left.elements : [left]
  return { params: types.map((type) => ({ name: undefined, type })), variadic: undefined }
}

/** Collects the fields of an object type, and reports those that may not stand where they do. */
class ObjectTypeFields {
  private readonly fields: ObjectTypeField[] = []
  private readonly seen = new Map<string, Name>()
  private wild: TypeExpr | undefined
  private dots: Span | undefined
  private readonly grammar: TypeGrammar

  constructor(grammar: TypeGrammar) {
    this.grammar = grammar
  }

  add(field: ObjectTypeField, start: number): void {
    const { key } = field
    const first = this.seen.get(key.text)
    if (first)
      this.grammar.reject('Duplicate key', key.span, {
        related: [hint('Key originally used here', first.span)],
      })
    this.seen.set(key.text, key)
    this.mustBeLast(this.grammar.span(start, (field.default ?? field.type).span.end))
    this.fields.push(field)
  }

  wildcard(type: TypeExpr, where: Span): void {
    this.mustBeLast(where)
    this.wild = type
  }

  interface(where: Span): void {
    this.mustBeLast(where)
    this.dots = where
  }

  result(span: Span): ObjectType {
    const { fields, wild: wildcard, dots } = this
    return { kind: 'object', fields, wildcard, interface: dots !== undefined, span }
  }

  private mustBeLast(where: Span): void {
    if (this.wild) this.misplaced('Wildcard', where, this.wild.span)
    if (this.dots) this.misplaced('Interface', where, this.dots)
  }

  private misplaced(what: string, where: Span, first: Span): void {
    const related = [hint(`${what} defined here`, first)]
    this.grammar.report(`${what} must be the last element in an object`, where, { related })
  }
}

const hint = (message: string, span: Span) => ({ kind: 'hint', message, span }) as const
