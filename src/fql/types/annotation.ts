/**
 * Type expressions written by users, checked: known names, right number of parameters, generic parameters that occur
 * on both sides (spec/language.md §3.2, §3.4, §3.5).
 */
import type { Diagnostic } from '#src/fql/errors/diagnostic.ts'
import type { Span } from '#src/fql/syntax/span.ts'
import type { FunctionTypeParam, ObjectType, TypeExpr } from '#src/fql/syntax/tree.ts'
import type { TypeEnvironment, TypeShape } from '#src/fql/types/environment.ts'
import { errorAt } from '#src/fql/types/failure.ts'
import { mapLeaves } from '#src/fql/types/substitute.ts'
import {
  any,
  type FunctionParameter,
  functionType,
  interfaceType,
  intersection,
  literal,
  type NamedType,
  named,
  never,
  type RigidType,
  record,
  rigid,
  type Type,
  tuple,
  union,
} from '#src/fql/types/type.ts'

export interface Annotation {
  readonly type: Type
  readonly errors: readonly Diagnostic[]
  readonly warnings: readonly Diagnostic[]
}

export interface AnnotationOptions {
  readonly env: TypeEnvironment
  /** Level of the rigid parameters; unknown names may be generic parameters unless undefined. */
  readonly genericLevel: number | undefined
  /** What `_` stands for; refused when undefined. */
  readonly placeholder?: (span: Span) => Type
}

const REFERENCES = new Set(['Ref', 'EmptyRef', 'NamedRef', 'EmptyNamedRef'])

/** Names from TypeScript that only warn. */
const LOWER_CASE = new Map([
  ['any', 'Any'],
  ['null', 'Null'],
  ['number', 'Number'],
  ['string', 'String'],
  ['boolean', 'Boolean'],
])

export const resolveAnnotation = (expr: TypeExpr, options: AnnotationOptions): Annotation =>
  new Resolver(options).run(expr)

/** On which sides a generic parameter occurs. */
interface Occurrences {
  readonly first: Span
  value: boolean
  use: boolean
}

class Resolver {
  readonly #env: TypeEnvironment
  readonly #level: number | undefined
  readonly #placeholder: ((span: Span) => Type) | undefined
  readonly #errors: Diagnostic[] = []
  readonly #warnings: Diagnostic[] = []
  readonly #generics = new Map<string, Occurrences>()

  constructor(options: AnnotationOptions) {
    this.#env = options.env
    this.#level = options.genericLevel
    this.#placeholder = options.placeholder
  }

  run(expr: TypeExpr): Annotation {
    let type = this.#resolve(expr, true)
    const refused = this.#checkGenerics()
    if (refused.size > 0) type = withoutGenerics(type, refused)
    return { type, errors: this.#errors, warnings: this.#warnings }
  }

  #resolve(expr: TypeExpr, positive: boolean): Type {
    const go = (part: TypeExpr): Type => this.#resolve(part, positive)
    const { span } = expr
    switch (expr.kind) {
      case 'any':
        return any(span)
      case 'never':
        return never(span)
      case 'literal':
        return literal(expr.value, span)
      case 'named':
        return this.#name(expr.name, [], span, span, positive)
      case 'generic':
        return this.#name(expr.name.text, expr.args.map(go), expr.name.span, span, positive)
      case 'object':
        return this.#object(expr, positive)
      case 'tuple':
        return tuple(expr.elements.map(go), span)
      case 'union':
        return union(expr.members.map(go), span)
      case 'intersection':
        return intersection(expr.members.map(go), span)
      case 'nullable':
        return union([go(expr.base), named('Null', [], { ...span, start: span.end - 1 })], span)
      case 'function': {
        const param = (p: FunctionTypeParam): FunctionParameter => ({
          name: p.name?.text,
          type: this.#resolve(p.type, !positive),
        })
        return functionType(
          expr.params.map(param),
          expr.variadic && param(expr.variadic),
          go(expr.result),
          span,
        )
      }
    }
  }

  #object(expr: ObjectType, positive: boolean): Type {
    const { span } = expr
    if (expr.interface)
      return intersection(
        expr.fields.map(({ key, type }) => interfaceType(key.text, this.#resolve(type, positive), span)),
        span,
      )
    const fields = new Map<string, Type>()
    for (const { key, type } of expr.fields) fields.set(key.text, this.#resolve(type, positive))
    return record(fields, expr.wildcard && this.#resolve(expr.wildcard, positive), span)
  }

  #name(name: string, args: readonly Type[], nameSpan: Span, span: Span, positive: boolean): Type {
    const shape = this.#env.shape(name)
    if (shape) return this.#constructed(shape, args, nameSpan, span)
    if (name === '_' && args.length === 0)
      return this.#placeholder?.(nameSpan) ?? this.#fail('Invalid placeholder type `_`.', nameSpan)
    if (args.length > 0 || this.#level === undefined) return this.#fail(`Unknown type \`${name}\``, nameSpan)
    const seen = this.#generics.get(name) ?? { first: nameSpan, value: false, use: false }
    this.#generics.set(name, seen)
    if (positive) seen.value = true
    else seen.use = true
    return rigid(name, this.#level, nameSpan)
  }

  /** A name that is no type and no generic parameter either. */
  #unknown(name: string, span: Span): void {
    const meant = LOWER_CASE.get(name)
    if (meant === undefined) this.#fail(`Unknown type \`${name}\``, span)
    else this.#warn(name, meant, span)
  }

  #warn(name: string, meant: string, span: Span): void {
    this.#warnings.push({
      kind: 'warning',
      message: `Unknown type \`${name}\`. Did you mean \`${meant}\`?`,
      span,
    })
  }

  #fail(message: string, span: Span): Type {
    this.#errors.push(errorAt(message, span))
    return any(span)
  }

  #constructed(shape: TypeShape, args: readonly Type[], nameSpan: Span, span: Span): Type {
    const expected = shape.params.length
    if (expected !== args.length)
      return this.#fail(
        expected === 0
          ? `Type \`${shape.name}\` does not accept any parameters.`
          : `Type constructor \`${shape.name}<>\` accepts ${expected} parameters, received ${args.length}`,
        nameSpan,
      )
    if (!REFERENCES.has(shape.name)) return named(shape.name, args, span)
    return this.#reference(shape.name, args[0]!, span)
  }

  #reference(name: string, document: Type, span: Span): Type {
    if (document.kind === 'rigid') {
      this.#generics.delete(document.name)
      return this.#fail(`Unknown type \`${document.name}\``, document.span)
    }
    if (this.#isDocument(document)) return named(name, [document], span)
    return this.#fail('Reference type must refer to a doc type', span)
  }

  #isDocument(type: Type): boolean {
    return type.kind === 'named' && this.#env.shape((type as NamedType).name)?.role === 'document'
  }

  /** Names that cannot be generic parameters because they occur on one side only. */
  #checkGenerics(): Set<string> {
    const refused = new Set<string>()
    for (const [name, { first, value, use }] of this.#generics) {
      if (value && use) continue
      refused.add(name)
      this.#unknown(name, first)
    }
    return refused
  }
}

const withoutGenerics = (type: Type, refused: ReadonlySet<string>): Type =>
  mapLeaves(type, (leaf) => (refused.has((leaf as RigidType).name) ? any(leaf.span) : leaf))
