/**
 * Checking a whole schema (spec/schema.md §12): field types, defaults, computed fields, check constraints, index
 * paths, functions, predicates. Functions and computed fields without a type are inferred when something needs them,
 * so the order in which they are written does not matter.
 */
import type { Diagnostic } from '#src/fql/errors/diagnostic.ts'
import type { Span } from '#src/fql/syntax/span.ts'
import type {
  Component,
  Expr,
  FunctionType as FunctionSyntax,
  LambdaExpr,
  Name,
  TypeExpr,
} from '#src/fql/syntax/tree.ts'
import { type Annotation, resolveAnnotation } from '#src/fql/types/annotation.ts'
import {
  type CheckObserver,
  type CheckOptions,
  type CheckResult,
  checkExpression,
} from '#src/fql/types/check.ts'
import { collectionTypes } from '#src/fql/types/collection.ts'
import { collectionDefinition } from '#src/fql/types/database.ts'
import { type Member, provisional, type TypeEnvironment } from '#src/fql/types/environment.ts'
import { IMPLICIT } from '#src/fql/types/expressions.ts'
import { errorAt } from '#src/fql/types/failure.ts'
import { inputType } from '#src/fql/types/field-type.ts'
import { persistabilityErrors, unknownReferences } from '#src/fql/types/persistable.ts'
import { printKey, printType } from '#src/fql/types/print.ts'
import type {
  CollectionSource,
  ComputedSource,
  FunctionSource,
  PathSource,
  SchemaSource,
  TermSource,
} from '#src/fql/types/schema-source.ts'
import { forEachPart, mapLeaves } from '#src/fql/types/substitute.ts'
import { ANY, BOOLEAN, fn, named, optional, parameter, type Type } from '#src/fql/types/type.ts'

export interface SchemaCheck {
  readonly errors: readonly Diagnostic[]
  readonly warnings: readonly Diagnostic[]
  /** Function name → its type, with the names of its parameters where a signature is written. */
  readonly signatures: ReadonlyMap<string, string>
  /** Collection name → types of its computed fields, as `{ total: Number }`; absent when it has none. */
  readonly computedTypes: ReadonlyMap<string, string>
}

export interface SchemaCheckOptions {
  /** The database's `typechecked` setting; otherwise only field types and defaults are checked. */
  readonly typechecked: boolean
  /** Milliseconds for each expression. */
  readonly timeLimit?: number
}

export const checkSchema = (
  builtins: TypeEnvironment,
  schema: SchemaSource,
  options: SchemaCheckOptions,
): SchemaCheck => new SchemaChecker(builtins, schema, options).run()

class SchemaChecker {
  readonly #schema: SchemaSource
  readonly #options: SchemaCheckOptions
  readonly #env: TypeEnvironment
  /** Where defaults are checked: without the user's names in databases that are not type-checked. */
  readonly #defaultsEnv: TypeEnvironment
  readonly #errors: Diagnostic[] = []
  readonly #warnings: Diagnostic[] = []
  readonly #functions = new Map<FunctionSource, Inference>()
  readonly #computed = new Map<ComputedSource, Inference>()

  constructor(builtins: TypeEnvironment, schema: SchemaSource, options: SchemaCheckOptions) {
    this.#schema = schema
    this.#options = options
    const types = schema.collections.map((source) =>
      collectionTypes(collectionDefinition(source, this.#computedMembers(source), true)),
    )
    this.#env = builtins.extend({
      shapes: types.flatMap(({ shapes }) => shapes),
      globals: [
        ...schema.functions.flatMap((source) => this.#functionGlobals(source)),
        ...types.flatMap(({ globals }) => globals),
      ],
    })
    this.#defaultsEnv = options.typechecked
      ? this.#env
      : builtins.extend({ shapes: types.flatMap(({ shapes }) => shapes) })
  }

  run(): SchemaCheck {
    const fieldTypes = this.#schema.collections.map((source) => this.#fieldTypes(source))
    this.#schema.collections.forEach((source, i) => {
      this.#defaults(source, fieldTypes[i]!)
      if (this.#options.typechecked) this.#collection(source)
    })
    if (this.#options.typechecked) {
      for (const source of this.#checkedFunctions()) this.#report(this.#functionResult(source))
      this.#indexedFields()
      if (this.#errors.length === 0) for (const lambda of this.#schema.predicates) this.#expression(lambda)
    }
    return {
      errors: this.#errors,
      warnings: this.#warnings,
      signatures: this.#signatures(),
      computedTypes: this.#computedTexts(),
    }
  }

  #report(result: CheckResult | undefined): void {
    if (!result) return
    this.#errors.push(...result.errors)
    this.#warnings.push(...result.warnings)
  }

  #expression(expr: Expr, options: CheckOptions = {}, env = this.#env): void {
    this.#report(this.#check(expr, options, env))
  }

  #check(expr: Expr, options: CheckOptions = {}, env = this.#env): CheckResult {
    const { timeLimit } = this.#options
    return checkExpression(expr, env, timeLimit === undefined ? options : { timeLimit, ...options })
  }

  /** A written type without generic parameters; errors are reported, and the type is then undefined. */
  #written(type: TypeExpr): Type | undefined {
    const annotation = resolveAnnotation(type, { env: this.#env, genericLevel: undefined })
    this.#errors.push(...annotation.errors)
    this.#warnings.push(...annotation.warnings)
    return annotation.errors.length === 0 ? annotation.type : undefined
  }

  // ------------------------------------------------------------------------------------------- fields

  #fieldTypes(source: CollectionSource): ReadonlyMap<string, Type> {
    const types = new Map<string, Type>()
    for (const field of source.fields) {
      if (field.kind === 'wildcard') this.#wildcard(field.type)
      else if (field.type) {
        const type = this.#written(field.type)
        if (type && (field.kind === 'computed' || this.#persistable(type, field.name, source)))
          types.set(field.name.text, type)
      }
    }
    return types
  }

  #wildcard(type: TypeExpr): void {
    if (type.kind !== 'any') this.#errors.push(errorAt('Top-level wildcard must have type `Any`', type.span))
  }

  #persistable(type: Type, field: Name, source: CollectionSource): boolean {
    const causes = persistabilityErrors(type, this.#env)
    if (causes.length === 0) {
      const unknown = unknownReferences(type, this.#env)
      this.#errors.push(...unknown)
      return unknown.length === 0
    }
    const message = `Field \`${field.text}\` in collection ${source.name.text} is not persistable`
    this.#errors.push(errorAt(message, type.span, causes))
    return false
  }

  #fits(expr: Expr, expected: Type): boolean {
    return checkExpression(expr, this.#defaultsEnv, { expected }).ok
  }

  #defaults(source: CollectionSource, types: ReadonlyMap<string, Type>): void {
    for (const field of source.fields) {
      if (field.kind !== 'defined' || !field.default) continue
      const expected = types.get(field.name.text)
      // Arithmetic is a Number statically: as in inputs, whether it is an Int is found out when it is stored.
      if (expected && !this.#fits(field.default, inputType(field.type)))
        this.#expression(field.default, { expected }, this.#defaultsEnv)
    }
  }

  // ------------------------------------------------------------------------------------------- collections

  #collection(source: CollectionSource): void {
    const document = named(source.name.text)
    for (const field of source.fields)
      if (field.kind === 'computed') this.#report(this.#computedResult(field, source))
    for (const { body } of source.checks)
      this.#expression(body, { expected: fn([document], optional(BOOLEAN)) })
    for (const { path, span } of pathsOf(source))
      this.#expression(pathLambda(path, span), { expected: fn([document], ANY), expectedAt: span })
  }

  #computedMembers(source: CollectionSource): ReadonlyMap<string, Member> {
    const members = new Map<string, Member>()
    for (const field of source.fields)
      if (field.kind === 'computed')
        members.set(field.name.text, () => {
          const { type, busy } = this.#computedInference(field, source)
          return busy ? provisional(type) : type
        })
    return members
  }

  #computedInference(field: ComputedSource, source: CollectionSource): Inference {
    let inference = this.#computed.get(field)
    if (inference) return inference
    if (field.type) {
      const annotation = resolveAnnotation(field.type, { env: this.#env, genericLevel: undefined })
      inference = { type: annotation.type, result: undefined, busy: false, annotation }
      this.#computed.set(field, inference)
      return inference
    }
    inference = { type: ANY, result: undefined, busy: true }
    this.#computed.set(field, inference)
    const result = this.#check(field.body, { argument: named(source.name.text) })
    inference.busy = false
    inference.result = result
    inference.type = result.ok ? result.type : ANY
    return inference
  }

  #computedResult(field: ComputedSource, source: CollectionSource): CheckResult {
    const inference = this.#computedInference(field, source)
    const expected = fn([named(source.name.text)], inference.type)
    inference.result ??= this.#check(field.body, { expected })
    return inference.result
  }

  #computedTexts(): ReadonlyMap<string, string> {
    const texts = new Map<string, string>()
    for (const source of this.#schema.collections) {
      const fields = source.fields.flatMap((field) => {
        const inference = field.kind === 'computed' ? this.#computed.get(field) : undefined
        return inference
          ? [`${printKey((field as ComputedSource).name.text)}: ${printType(inference.type)}`]
          : []
      })
      if (fields.length > 0) texts.set(source.name.text, `{ ${fields.join(', ')} }`)
    }
    return texts
  }

  // ------------------------------------------------------------------------------------------- functions

  /** A function with the name of a collection is not checked: the collection wins. */
  #checkedFunctions(): readonly FunctionSource[] {
    const taken = new Set<string>()
    for (const { name, alias } of this.#schema.collections) {
      taken.add(name.text)
      if (alias) taken.add(alias.value.text)
    }
    return this.#schema.functions.filter(({ name }) => !taken.has(name.text))
  }

  #functionGlobals(source: FunctionSource): (readonly [string, Member])[] {
    const type: Member = () => this.#functionInference(source).type
    const names = [source.name.text, ...(source.alias ? [source.alias.value.text] : [])]
    return names.map((name) => [name, type] as const)
  }

  #functionInference(source: FunctionSource): Inference {
    const known = this.#functions.get(source)
    if (!known) return hasSignature(source) ? this.#declaredFunction(source) : this.#inferFunction(source)
    if (known.busy && !hasSignature(source)) known.recursive = true
    return known
  }

  /** Its type is as written: the body is checked when it is its turn, not when another function calls it. */
  #declaredFunction(source: FunctionSource): Inference {
    const annotation = resolveAnnotation(signatureSyntax(source), { env: this.#env, genericLevel: 0 })
    const inference: Inference = {
      type: generic(annotation.type),
      result: undefined,
      busy: false,
      annotation,
    }
    this.#functions.set(source, inference)
    return inference
  }

  #inferFunction(source: FunctionSource): Inference {
    const inference: Inference = { type: ANY, result: undefined, busy: true }
    this.#functions.set(source, inference)
    const result = this.#check(functionLambda(source))
    inference.busy = false
    inference.result = this.#inferred(source, inference, result)
    if (inference.result.ok) inference.type = result.type
    return inference
  }

  #functionResult(source: FunctionSource): CheckResult {
    const inference = this.#functionInference(source)
    const { annotation } = inference
    if (inference.result || !annotation) return inference.result as CheckResult
    const result = this.#check(functionLambda(source), { expected: annotation.type, expectedAt: source.span })
    inference.result =
      annotation.errors.length > 0
        ? { ...result, ok: false, errors: annotation.errors }
        : this.#inferred(source, inference, result)
    return inference.result
  }

  #inferred(source: FunctionSource, inference: Inference, result: CheckResult): CheckResult {
    const errors: Diagnostic[] = inference.recursive
      ? [errorAt(`Recursively defined \`${source.name.text}\` needs explicit type.`, source.span)]
      : [...result.errors, ...(hasSignature(source) ? [] : projectionErrors(result.type))]
    return errors.length === 0 ? result : { ...result, ok: false, errors }
  }

  #signatures(): ReadonlyMap<string, string> {
    const texts = new Map<string, string>()
    for (const [source, inference] of this.#functions) texts.set(source.name.text, printType(inference.type))
    return texts
  }

  // ------------------------------------------------------------------------------------------- indexed fields

  /** Computed fields used in indexes or unique constraints must depend on their document's stored fields only. */
  #indexedFields(): void {
    for (const source of this.#schema.collections) {
      const computed = new Map<string, ComputedSource>()
      for (const field of source.fields) if (field.kind === 'computed') computed.set(field.name.text, field)
      for (const { path } of pathsOf(source)) {
        const field = computed.get(String(path.elements[0]?.key))
        if (field) this.#indexedField(field, source)
      }
    }
  }

  #indexedField(field: ComputedSource, source: CollectionSource): void {
    const found: { functions: Diagnostic[]; collections: Diagnostic[]; fields: Diagnostic[] } = {
      functions: [],
      collections: [],
      fields: [],
    }
    const observer: CheckObserver = {
      global: (name, span) => {
        if (this.#isCollection(name)) found.collections.push(indexedError('access collections', span))
        else if (this.#isFunction(name)) found.functions.push(indexedError('call UDFs', span))
      },
      select: (receiver, name) => {
        const problem = this.#selectProblem(receiver, name)
        if (problem) found.fields.push(indexedError(problem, name.span))
      },
    }
    this.#check(field.body.body, { args: documentArgument(field.body, named(source.name.text)), observer })
    this.#errors.push(...found.functions.slice(0, 1), ...found.collections.slice(0, 1), ...found.fields)
  }

  #isCollection(name: string): boolean {
    return this.#schema.collections.some(
      (source) => source.name.text === name || source.alias?.value.text === name,
    )
  }

  #isFunction(name: string): boolean {
    return this.#schema.functions.some(
      (source) => source.name.text === name || source.alias?.value.text === name,
    )
  }

  #selectProblem(receiver: Type, field: Name): string | undefined {
    if (receiver.kind !== 'named') return undefined
    const source = this.#schema.collections.find(({ name }) => name.text === receiver.name)
    if (!source) return undefined
    if (field.text === 'ts') return "use a doc's ts field"
    const computed = source.fields.some((each) => each.kind === 'computed' && each.name.text === field.text)
    return computed ? 'use computed fields' : undefined
  }
}

/** What is known about a function or computed field. */
interface Inference {
  type: Type
  result: CheckResult | undefined
  busy: boolean
  recursive?: boolean
  /** Of a written type; the body is checked later. */
  readonly annotation?: Annotation
}

/** The parameter of a computed field, bound to the document. */
const documentArgument = (lambda: LambdaExpr, document: Type): ReadonlyMap<string, Type> =>
  new Map([[lambda.short ? IMPLICIT : (lambda.params[0]?.text ?? '_'), document]])

const indexedError = (what: string, span: Span): Diagnostic =>
  errorAt(`Computed fields used in indexes or constraints cannot ${what}`, span)

const pathsOf = (source: CollectionSource): TermSource[] => [
  ...source.indexes.flatMap(({ terms, values }) => [...(terms?.items ?? []), ...(values?.items ?? [])]),
  ...source.uniques.flatMap(({ items }) => items),
]

/** The path as a function of the document. */
const pathLambda = (path: PathSource, span: Span): LambdaExpr => ({
  kind: 'lambda',
  short: true,
  params: [],
  variadic: undefined,
  body: {
    kind: 'chain',
    head: { kind: 'it', span: { ...span, end: span.start } },
    components: path.elements.map(pathComponent),
    span,
  },
  span,
})

const pathComponent = ({ key, span }: PathSource['elements'][number]): Component =>
  typeof key === 'string'
    ? { kind: 'select', name: { text: key, span }, optional: false, span }
    : { kind: 'access', args: [{ kind: 'int', value: key, span }], argsSpan: span, optional: false, span }

/** Parameters are all typed or none is (a check before this one). */
const hasSignature = (source: FunctionSource): boolean => source.signature.result !== undefined

const signatureSyntax = ({ signature }: FunctionSource): FunctionSyntax => {
  const params = signature.params.map(({ name, type }) => ({
    name: name.text === '_' ? undefined : name,
    type: type ?? ({ kind: 'any', span: name.span } as const),
  }))
  const variadic = signature.params.at(-1)?.variadic ? params.pop() : undefined
  return { kind: 'function', params, variadic, result: signature.result!, span: signature.span }
}

const functionLambda = ({ signature, body, span }: FunctionSource): LambdaExpr => {
  const names = signature.params.map(({ name }) => name)
  const variadic = signature.params.at(-1)?.variadic ? names.pop() : undefined
  return { kind: 'lambda', short: false, params: names, variadic, body, span }
}

/** Rigid parameters as generic ones. */
const generic = (type: Type): Type =>
  mapLeaves(type, (leaf) => (leaf.kind === 'rigid' ? parameter(leaf.name) : leaf))

/** A projection of an unknown parameter cannot be written down. */
const projectionErrors = (type: Type): Diagnostic[] => {
  const errors: Diagnostic[] = []
  const visit = (part: Type): void => {
    if (part.kind === 'project')
      errors.push(
        errorAt('Invalid projection on a unknown type. Use function signatures to fix the issue.', part.span),
      )
    forEachPart(part, visit)
  }
  visit(type)
  return errors
}
