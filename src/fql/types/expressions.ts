/** The type of every kind of expression and the constraints it brings (spec/language.md §3.4). */
import type { Diagnostic } from '#src/fql/errors/diagnostic.ts'
import { NO_SPAN, type Span } from '#src/fql/syntax/span.ts'
import type {
  AccessComponent,
  ApplyComponent,
  BinaryExpr,
  ChainExpr,
  Component,
  Expr,
  IdExpr,
  LambdaExpr,
  LetStatement,
  Literal,
  MethodCallComponent,
  Name,
  ObjectExpr,
  ProjectExpr,
  SelectComponent,
  TemplateExpr,
  UnaryExpr,
} from '#src/fql/syntax/tree.ts'
import { resolveAnnotation } from '#src/fql/types/annotation.ts'
import type { TypeEnvironment } from '#src/fql/types/environment.ts'
import { composeError, errorAt, type Failure, failureError, type TypeNames } from '#src/fql/types/failure.ts'
import { canonicalFloat } from '#src/fql/types/literals.ts'
import { isStandardOperator, operatorType } from '#src/fql/types/operators.ts'
import { printType } from '#src/fql/types/print.ts'
import { reachable, simplify } from '#src/fql/types/simplify.ts'
import { acceptsArity, CheckLimit, parameterAt, Solver } from '#src/fql/types/solver.ts'
import {
  accessUse,
  any,
  applyUse,
  at,
  BOOLEAN,
  type FunctionType,
  functionType,
  type IntersectionType,
  interfaceType,
  intersection,
  literal,
  minusNull,
  NULL,
  NUMBER,
  named,
  POISON,
  projectUse,
  record,
  STRING,
  type Type,
  tuple,
  union,
  type Variable,
} from '#src/fql/types/type.ts'

/** Nested expressions beyond this are refused as too complex. */
const MAX_NESTING = 500
/** Versions of a generalised function, one for each way to decide its open overloads. */
const MAX_VERSIONS = 16

const TIME_OR_TRANSACTION = union([named('Time'), named('TransactionTime')])

/** What a name means: its type, and the level above which its variables are copied for each use. */
interface Binding {
  readonly type: Type
  readonly copyAbove: number | undefined
}

/** Names in scope, innermost first. */
interface Scope {
  readonly name: string
  readonly binding: Binding
  readonly outer: Scope | undefined
}

/** Name of the implicit argument; no identifier can be it. */
export const IMPLICIT = '.'

export interface CheckerOptions {
  readonly env: TypeEnvironment
  /** `performance.now()` at which to give up. */
  readonly deadline: number
  readonly observer?: CheckObserver | undefined
}

/** Told what is met while checking. */
export interface CheckObserver {
  /** A name that is no local variable. */
  readonly global?: (name: string, span: Span) => void
  /** A field or method taken from a value of the type. */
  readonly select?: (receiver: Type, field: Name) => void
}

/** Types one program; errors and warnings collect in order. */
export class ExpressionChecker {
  readonly errors: Diagnostic[] = []
  readonly warnings: Diagnostic[] = []
  readonly solver: Solver
  readonly names: TypeNames
  readonly #env: TypeEnvironment
  readonly #observer: CheckObserver | undefined
  #scope: Scope | undefined
  #nesting = 0

  constructor(options: CheckerOptions) {
    this.#env = options.env
    this.#observer = options.observer
    this.solver = new Solver(options.env, options.deadline)
    this.names = {
      value: (type) => this.show(type, true),
      use: (type) => this.show(type, false),
    }
  }

  /** The text of a type as seen on the value or the use side. */
  show(type: Type, positive: boolean): string {
    return printType(simplify(type, positive, this.solver))
  }

  /** Makes a name visible to what is checked afterwards. */
  declare(name: string, type: Type): void {
    this.#scope = { name, binding: { type, copyAbove: undefined }, outer: this.#scope }
  }

  /** The type of the expression; failed parts have the poison type. */
  check(expr: Expr): Type {
    this.solver.tick()
    if (++this.#nesting > MAX_NESTING) throw new CheckLimit('complexity')
    const type = this.#typeOf(expr)
    this.#nesting--
    return type
  }

  /** Checks that a value fits; the error is recorded. */
  require(value: Type, use: Type, span: Span): boolean {
    const error = this.solver.constrain(value, use, span, this.names)
    if (error) this.errors.push(error)
    return error === undefined
  }

  #fail(error: Diagnostic): Type {
    this.errors.push(error)
    return POISON
  }

  #typeOf(expr: Expr): Type {
    switch (expr.kind) {
      case 'id':
        return this.#name(expr)
      case 'it':
        return this.#lookup(IMPLICIT)?.type ?? any(expr.span)
      case 'null':
      case 'boolean':
      case 'int':
      case 'float':
      case 'string':
        return literalType(expr)
      case 'template':
        return this.#template(expr)
      case 'if':
        return this.#if(expr.condition, expr.then, expr.else, expr.span)
      case 'at':
        return this.#at(expr.time, expr.body)
      case 'match':
        return this.#unimplemented('Match', expr.span)
      case 'project-all':
        return this.#unimplemented('ProjectAll', expr.span)
      case 'lambda':
        return this.#lambda(expr)
      case 'binary':
        return this.#binary(expr)
      case 'unary':
        return this.#unary(expr)
      case 'isa':
        return at(BOOLEAN, expr.span)
      case 'chain':
        return this.#chain(expr)
      case 'project':
        return this.#project(expr)
      case 'tuple':
        return this.#tuple(expr.elements, expr.span)
      case 'array':
        return tuple(
          expr.elements.map((element) => this.check(element)),
          expr.span,
        )
      case 'object':
        return this.#object(expr)
      case 'block':
        return this.#block(expr.statements)
    }
  }

  #unimplemented(what: string, span: Span): Type {
    return this.#fail(errorAt(`Unimplemented typecheck for class fql.ast.Expr$${what}`, span))
  }

  // ------------------------------------------------------------------------------------------- names

  #lookup(name: string): Binding | undefined {
    for (let scope = this.#scope; scope; scope = scope.outer) if (scope.name === name) return scope.binding
    return undefined
  }

  #name(expr: IdExpr): Type {
    const local = this.#lookup(expr.name)
    if (local)
      return local.copyAbove === undefined ? local.type : this.solver.copyDeeper(local.type, local.copyAbove)
    this.#observer?.global?.(expr.name, expr.span)
    const global = this.#env.global(expr.name)
    if (!global) return this.#fail(errorAt(`Unbound variable \`${expr.name}\``, expr.span))
    return at(this.solver.instantiate(global), expr.span)
  }

  #bind(name: string, type: Type, copyAbove?: number): void {
    this.#scope = { name, binding: { type, copyAbove }, outer: this.#scope }
  }

  #scoped<T>(body: () => T): T {
    const outer = this.#scope
    const result = body()
    this.#scope = outer
    return result
  }

  // ------------------------------------------------------------------------------------------- simple forms

  #template(expr: TemplateExpr): Type {
    for (const part of expr.parts) if (typeof part !== 'string') this.check(part)
    return at(STRING, expr.span)
  }

  #if(condition: Expr, then: Expr, otherwise: Expr | undefined, span: Span): Type {
    this.require(this.check(condition), at(BOOLEAN, condition.span), condition.span)
    const yes = this.check(then)
    if (!otherwise) return at(NULL, span)
    return this.#either([yes, this.check(otherwise)], span)
  }

  /** The union of types that may still hold variables. */
  #either(types: readonly Type[], span: Span): Type {
    if (types.every((type) => !type.open)) return union(types.flatMap(membersOf), span)
    const result = this.solver.fresh(span)
    for (const type of types) this.require(type, result, span)
    return result
  }

  #at(time: Expr, body: Expr): Type {
    const timeType = this.check(time)
    const bodyType = this.check(body)
    this.require(timeType, at(TIME_OR_TRANSACTION, time.span), time.span)
    return bodyType
  }

  #lambda(expr: LambdaExpr): Type {
    return this.#scoped(() => {
      if (expr.short) return this.#shortLambda(expr.body)
      const params = expr.params.map((param) => this.#parameter(param))
      let variadic: Variable | undefined
      if (expr.variadic) {
        variadic = this.solver.fresh(expr.variadic.span)
        this.#bind(expr.variadic.text, named('Array', [variadic], expr.variadic.span))
      }
      const result = this.check(expr.body)
      return functionType(params.map(unnamed), variadic && unnamed(variadic), result, expr.span)
    })
  }

  #parameter(param: Name): Variable {
    const type = this.solver.fresh(param.text === '_' ? NO_SPAN : param.span)
    if (param.text !== '_') this.#bind(param.text, type)
    return type
  }

  #shortLambda(body: Expr): Type {
    const param = this.solver.fresh(body.span)
    this.#bind(IMPLICIT, param)
    return functionType([unnamed(param)], undefined, this.check(body), body.span)
  }

  #tuple(elements: readonly Expr[], span: Span): Type {
    if (elements.length === 1) {
      const only = this.check(elements[0]!)
      return only.kind === 'variable' || only.kind === 'function' ? only : { ...only, span }
    }
    return tuple(
      elements.map((element) => this.check(element)),
      span,
    )
  }

  #object(expr: ObjectExpr): Type {
    const fields = new Map<string, Type>()
    for (const { key, value } of expr.fields) fields.set(key.text, this.check(value))
    return record(fields, undefined, expr.span)
  }

  #block(statements: readonly (LetStatement | { readonly kind: 'expr'; readonly value: Expr })[]): Type {
    return this.#scoped(() => {
      let type: Type = NULL
      for (const statement of statements) {
        if (statement.kind === 'let') this.#let(statement)
        else type = this.check(statement.value)
      }
      return type
    })
  }

  // ------------------------------------------------------------------------------------------- let

  #let(statement: LetStatement): void {
    const { solver } = this
    const outer = solver.level
    solver.level = outer + 1
    const type = this.check(statement.value)
    const bound = statement.type ? this.#annotated(type, statement) : this.generalise(type, outer)
    solver.level = outer
    this.#bind(statement.name.text, bound, bound.open ? outer : undefined)
  }

  #annotated(type: Type, statement: LetStatement): Type {
    const annotation = resolveAnnotation(statement.type!, {
      env: this.#env,
      genericLevel: this.solver.level,
      placeholder: (span) => this.solver.fresh(span),
    })
    this.errors.push(...annotation.errors)
    this.warnings.push(...annotation.warnings)
    this.require(type, annotation.type, statement.name.span)
    return annotation.type
  }

  /** Prepares a type for copying: bounds of a plain result are final, open overloads become versions. */
  generalise(type: Type, outer: number): Type {
    if (!type.open) return type
    const { solver } = this
    if (
      type.kind === 'variable' &&
      type.level > outer &&
      type.lowers.length > 0 &&
      type.watchers.length === 0
    ) {
      if (type.lowers.every((lower) => !lower.open)) return union(type.lowers.flatMap(membersOf), type.span)
    }
    if (!solver.hasOpenChoices) return type
    const deeper = (): Variable[] => [...reachable(type)].filter((variable) => variable.level > outer)
    if (solver.openChoices(deeper()).length === 0) return type
    const versions: Type[] = []
    solver.eachDecision(deeper, MAX_VERSIONS, () => versions.push(solver.copyDeeper(type, outer)))
    return versions.length === 0 ? type : intersection(versions, type.span)
  }

  // ------------------------------------------------------------------------------------------- operators

  /** Left operands are walked in a loop: `1 + 2 + …` may be long. */
  #binary(expr: BinaryExpr): Type {
    const spine: BinaryExpr[] = []
    let left: Expr = expr
    while (left.kind === 'binary') {
      spine.push(left)
      left = left.left
    }
    let type = this.check(left)
    for (let i = spine.length - 1; i >= 0; i--) {
      this.solver.tick()
      type = this.#operation(spine[i]!, type)
    }
    return type
  }

  #operation(expr: BinaryExpr, left: Type): Type {
    const right = this.check(expr.right)
    switch (expr.operator) {
      case '??':
        return this.#either([right, this.#withoutNull(left, expr.operatorSpan)], expr.right.span)
      case '&&':
      case '||':
        this.require(left, at(BOOLEAN, expr.operatorSpan), expr.left.span)
        this.require(right, at(BOOLEAN, expr.operatorSpan), expr.right.span)
        return at(BOOLEAN, expr.span)
      default:
        return this.#operator(expr.operator, [left, right], [expr.left.span, expr.right.span], expr)
    }
  }

  #unary(expr: UnaryExpr): Type {
    const operand = this.check(expr.operand)
    return this.#operator(expr.operator, [operand], [expr.operand.span], expr)
  }

  #operator(
    operator: string,
    operands: readonly Type[],
    spans: readonly Span[],
    expr: BinaryExpr | UnaryExpr,
  ): Type {
    if (isComparison(operator)) return at(BOOLEAN, NO_SPAN)
    const type = operatorType(operator, this.#env)
    if (operator !== '!' && isStandardOperator(operator, type) && operands.every(isNumeric)) return NUMBER
    if (type) return this.#call(this.solver.instantiate(type), operands, spans, spans.at(-1)!, expr.span)
    const failure: Failure = {
      kind: 'missing-field',
      value: operands[0]!,
      field: operator,
      dot: expr.operatorSpan,
      span: spans[0]!,
    }
    return this.#fail(failureError(failure, this.names))
  }

  #withoutNull(type: Type, span: Span): Type {
    if (type.kind === 'variable' || type.kind === 'minus') return minusNull(type, span)
    if (type.kind === 'union' && type.open) return minusNull(type, span)
    const rest = this.solver.withoutNull(type)
    return rest ? union(rest, type.span) : type
  }

  // ------------------------------------------------------------------------------------------- chains

  #chain(expr: ChainExpr): Type {
    let type = this.check(expr.head)
    let done = expr.head.span
    let nullable = false
    for (const component of expr.components) {
      this.solver.tick()
      if (component.kind === 'bang') nullable = false
      else if (isOptional(component)) nullable = true
      type = this.#component(component, type, done, expr.head.span)
      done = { ...done, end: component.span.end }
    }
    return nullable ? this.#either([type, NULL], expr.head.span) : type
  }

  #component(component: Component, receiver: Type, done: Span, head: Span): Type {
    switch (component.kind) {
      case 'bang':
        return this.#withoutNull(receiver, component.span)
      case 'select':
        return this.#select(this.#received(component, receiver), component.name, done)
      case 'method':
        return this.#method(component, receiver, done, head)
      case 'apply': {
        const whole = { ...head, end: component.argsSpan.end }
        return this.#callWith(this.#received(component, receiver), component.args, component.argsSpan, whole)
      }
      case 'access':
        return this.#access(component, receiver, { ...head, end: component.argsSpan.end })
    }
  }

  #received(component: SelectComponent | ApplyComponent | AccessComponent, receiver: Type): Type {
    return component.optional ? this.#withoutNull(receiver, component.span) : receiver
  }

  #method(component: MethodCallComponent, receiver: Type, done: Span, head: Span): Type {
    const from = component.optional ? this.#withoutNull(receiver, component.span) : receiver
    const selected = this.#select(from, component.name, done)
    const callee = component.optionalCall ? this.#withoutNull(selected, component.span) : selected
    const whole = { ...head, end: component.argsSpan.end }
    return this.#callWith(callee, component.args, component.argsSpan, whole)
  }

  #select(receiver: Type, name: Name, done: Span): Type {
    this.#observer?.select?.(receiver, name)
    const known = this.#directField(receiver, name.text)
    if (known) return known
    const result = this.solver.fresh(name.span)
    const dot: Span = { ...done, start: done.end, end: name.span.start }
    const use = interfaceType(name.text, result, name.span, dot)
    return this.require(receiver, use, done) ? result : POISON
  }

  /** The field of a type that needs no solving. */
  #directField(receiver: Type, name: string): Type | undefined {
    if (receiver.kind === 'any') return receiver
    if (receiver.kind === 'record') return receiver.fields.get(name)
    if (receiver.kind === 'named') return this.#namedField(receiver, name)
    return receiver.kind === 'literal' && typeof receiver.value === 'string'
      ? this.solver.memberOf(STRING, name)
      : undefined
  }

  #namedField(receiver: Type & { kind: 'named' }, name: string): Type | undefined {
    const member = this.solver.memberOf(receiver, name)
    if (member) return member
    const alias = this.#env.shape(receiver.name)?.role === 'document' && this.solver.aliasOf(receiver)
    return alias && alias.kind === 'record' ? alias.fields.get(name) : undefined
  }

  #access(component: AccessComponent, receiver: Type, whole: Span): Type {
    const from = this.#received(component, receiver)
    const { args, argsSpan } = component
    const result = this.solver.fresh(argsSpan)
    const only = args[0]
    if (args.length === 1 && isLiteral(only!)) {
      const key = literalType(only)
      return this.require(from, accessUse([key], result, argsSpan), whole) ? result : POISON
    }
    const types = args.map((arg) => this.check(arg))
    const params = args.map((arg) => this.solver.fresh(arg.span))
    if (!this.require(from, accessUse(params, result, argsSpan), whole)) return POISON
    types.forEach((type, i) => {
      this.require(type, params[i]!, args[i]!.span)
    })
    return result
  }

  // ------------------------------------------------------------------------------------------- calls

  #callWith(callee: Type, args: readonly Expr[], argsSpan: Span, whole: Span): Type {
    const types = args.map((arg) => this.check(arg))
    return this.#call(
      callee,
      types,
      args.map((arg) => arg.span),
      argsSpan,
      whole,
    )
  }

  #call(callee: Type, args: readonly Type[], spans: readonly Span[], argsSpan: Span, whole: Span): Type {
    if (callee.kind === 'any') return callee
    if (callee.kind === 'function' && acceptsArity(callee, args.length))
      return this.#callFunction(callee, args, spans)
    if (callee.kind === 'named') {
      const apply = this.#applyOf(callee)
      if (apply) return this.#call(apply, args, spans, argsSpan, whole)
    }
    if (callee.kind === 'intersection') {
      const callable = callee.members.filter((member) => acceptsArity(member, args.length))
      if (callable.length === 1) return this.#call(callable[0]!, args, spans, argsSpan, whole)
      if (callable.length > 1 && callable.every((member) => member.kind === 'function'))
        return this.#callOverloads(callee, callable, args, spans, argsSpan)
    }
    return this.#callUnknown(callee, args, spans, argsSpan, whole)
  }

  #applyOf(callee: Type & { kind: 'named' }): Type | undefined {
    const shape = this.#env.shape(callee.name)
    if (shape?.apply) return this.solver.instantiate(shape.apply, shape.params, callee.args)
    const alias = callee.name === 'UserFunction' ? callee.args[0] : undefined
    return alias && this.solver.instantiate(alias)
  }

  #callFunction(callee: FunctionType, args: readonly Type[], spans: readonly Span[]): Type {
    args.forEach((arg, i) => {
      this.require(arg, parameterAt(callee, i), spans[i]!)
    })
    return callee.result
  }

  #callUnknown(
    callee: Type,
    args: readonly Type[],
    spans: readonly Span[],
    argsSpan: Span,
    whole: Span,
  ): Type {
    const params = spans.map((span) => this.solver.fresh(span))
    const result = this.solver.fresh(argsSpan)
    if (!this.require(callee, applyUse(params, result, argsSpan), whole)) return POISON
    args.forEach((arg, i) => {
      this.require(arg, params[i]!, spans[i]!)
    })
    return result
  }

  /** Overloads are decided by all arguments together; the first argument that no one takes is blamed. */
  #callOverloads(
    callee: IntersectionType,
    callable: readonly FunctionType[],
    args: readonly Type[],
    spans: readonly Span[],
    argsSpan: Span,
  ): Type {
    const { solver } = this
    const result = solver.fresh(argsSpan)
    const use = applyUse(args, result, argsSpan)
    if (!solver.tryFit(intersection(callable, callee.span), use, argsSpan)) return settledResult(result)
    this.#blameArgument(callable, args, spans)
    return POISON
  }

  #blameArgument(callable: readonly FunctionType[], args: readonly Type[], spans: readonly Span[]): void {
    const { solver } = this
    if (args.length === 1 && this.#blameParts(callable, args[0]!, spans[0]!)) return
    const reach = callable.map((member) => this.#acceptedArguments(member, args))
    const blamed = Math.min(Math.max(...reach), args.length - 1)
    const arg = args[blamed]!
    const span = spans[blamed]!
    const alone = callable.some((member) => solver.wouldFit(arg, parameterAt(member, blamed)))
    const blaming = alone ? callable.filter((_, i) => reach[i] === blamed) : callable
    const failures = blaming
      .map((member) => solver.tryFit(arg, parameterAt(member, blamed), span) ?? [])
      .reverse()
      .flat()
    const uses = union(blaming.map((member) => parameterAt(member, blamed)))
    this.errors.push(composeError(arg, uses, span, failures, this.names))
  }

  /** Of a union argument, only the members that no overload takes are blamed. */
  #blameParts(callable: readonly FunctionType[], arg: Type, span: Span): boolean {
    const { solver } = this
    const parts = solver.concreteParts(arg)
    if (parts.length < 2) return false
    const params = callable.map((member) => parameterAt(member, 0))
    const refused = parts.filter((part) => !params.some((param) => solver.wouldFit(part, param)))
    if (refused.length === 0) return false
    const failures = refused.flatMap((part) =>
      params.flatMap((param) => solver.tryFit(part, param, span) ?? []).reverse(),
    )
    this.errors.push(composeError(arg, union(params), span, failures, this.names))
    return true
  }

  /** How many leading arguments the function takes. */
  #acceptedArguments(member: FunctionType, args: readonly Type[]): number {
    const { solver } = this
    for (let n = 1; n <= args.length; n++) {
      const fits = solver.attempt(() =>
        args.slice(0, n).every((arg, i) => !solver.tryFit(arg, parameterAt(member, i), NO_SPAN)),
      )
      if (!fits.ok) return n - 1
    }
    return args.length
  }

  // ------------------------------------------------------------------------------------------- projection

  #project(expr: ProjectExpr): Type {
    const value = this.check(expr.value)
    const lambda = this.#scoped(() => {
      const item = this.solver.fresh(expr.span)
      this.#bind(IMPLICIT, item)
      const fields = new Map<string, Type>()
      for (const field of expr.fields) fields.set(field.name.text, this.check(field.value))
      return functionType([unnamed(item)], undefined, record(fields, undefined, expr.span), expr.span)
    })
    const result = this.solver.fresh(expr.span)
    return this.require(value, projectUse(lambda, result, expr.span), expr.span) ? result : POISON
  }
}

// ---------------------------------------------------------------------------------------------- helpers

const unnamed = (type: Type): { name: undefined; type: Type } => ({ name: undefined, type })

const literalType = (expr: Literal): Type => {
  switch (expr.kind) {
    case 'null':
      return named('Null', [], expr.span)
    case 'float':
      return literal({ float: canonicalFloat(expr.text) }, expr.span)
    default:
      return literal(expr.value, expr.span)
  }
}

const isLiteral = (expr: Expr): expr is Literal =>
  expr.kind === 'int' ||
  expr.kind === 'string' ||
  expr.kind === 'boolean' ||
  expr.kind === 'float' ||
  expr.kind === 'null'

const isComparison = (operator: string): boolean =>
  operator === '==' ||
  operator === '!=' ||
  operator === '<' ||
  operator === '>' ||
  operator === '<=' ||
  operator === '>='

/** Known to be a number without solving. */
const isNumeric = (type: Type): boolean => {
  if (type.kind === 'literal') return typeof type.value === 'bigint' || typeof type.value === 'object'
  if (type.kind !== 'named') return false
  const { name } = type
  return name === 'Number' || name === 'Int' || name === 'Long' || name === 'Double' || name === 'Float'
}

const isOptional = (component: Component): boolean =>
  component.kind !== 'bang' && (component.optional || (component.kind === 'method' && component.optionalCall))

const membersOf = (type: Type): readonly Type[] => (type.kind === 'union' ? type.members : [type])

/** A result that can get no more bounds is as good as its bound. */
const settledResult = (result: Variable): Type =>
  result.watchers.length === 0 && result.lowers.length === 1 ? result.lowers[0]! : result
