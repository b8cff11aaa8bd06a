/**
 * Constraint solving (spec/language.md §3.8): algebraic subtyping in the style of simple-sub. Variables collect lower
 * and upper bounds; `constrain` checks that a value fits a use and records bounds on the way. Every change goes to a
 * trail, so a failed attempt leaves nothing behind; overloads and unions are decided by trying.
 */
import type { Diagnostic } from '#src/fql/errors/diagnostic.ts'
import { NO_SOURCE, NO_SPAN, type Span } from '#src/fql/syntax/span.ts'
import type { TypeEnvironment, TypeShape } from '#src/fql/types/environment.ts'
import { composeError, type Failure, type TypeNames } from '#src/fql/types/failure.ts'
import { literalFits, literalKey, sameLiteral, scalarFits, widen } from '#src/fql/types/literals.ts'
import { forEachPart, mapLeaves } from '#src/fql/types/substitute.ts'
import {
  type AccessUse,
  ANY,
  type AnyType,
  type ApplyUse,
  applyUse,
  type FunctionType,
  functionType,
  hasSpan,
  type InterfaceType,
  type IntersectionType,
  interfaceType,
  intersection,
  isNull,
  type LiteralType,
  type NamedType,
  NEVER,
  NULL,
  named,
  never,
  nullGuard,
  optional,
  type ProjectUse,
  type RecordType,
  STRING,
  type TupleType,
  type Type,
  type UnionType,
  union,
  type Variable,
  type Watcher,
} from '#src/fql/types/type.ts'

/** Checking stopped for lack of time or because the program is too tangled. */
export class CheckLimit extends Error {
  readonly reason: 'time' | 'complexity'
  constructor(reason: 'time' | 'complexity') {
    super(reason)
    this.reason = reason
  }
}

/** Nested `constrain` steps; deeper types are refused as too complex. */
const MAX_DEPTH = 600
/** Steps between two looks at the clock. */
const CLOCK_INTERVAL = 2048
/** Nested attempts within which waiting choices are still looked at. */
const MAX_NESTED_ATTEMPTS = 1
/** Overload choices left open at a time; further ones are given up as Any. */
const MAX_OPEN_CHOICES = 128

/** An overload or union member that could not be decided yet, waiting for its variables to get bounds. */
interface Choice extends Watcher {
  alternatives: readonly Alternative[]
  /** Tried when no alternative is left. */
  readonly fallback: Alternative | undefined
}
type Alternative = () => boolean

type Undo =
  | { readonly what: 'lower'; readonly variable: Variable }
  | { readonly what: 'upper'; readonly variable: Variable }
  | { readonly what: 'watch'; readonly variable: Variable }
  | { readonly what: 'level'; readonly variable: Variable; readonly level: number }
  | { readonly what: 'choice'; readonly choice: Choice; readonly alternatives: readonly Alternative[] }
  | { readonly what: 'open' }

export class Solver {
  readonly env: TypeEnvironment
  /** Depth of `let` right sides around what is being typed. */
  level = 0
  readonly #deadline: number
  #clock = CLOCK_INTERVAL
  #depth = 0
  #attempts = 0
  #trail: Undo[] = []
  #failures: Failure[] = []
  #site: Span = NO_SPAN
  #queue: Choice[] = []
  readonly #choices: Choice[] = []
  readonly #generics = new Map<InterfaceType, Map<string, Type>>()
  /** Alias comparisons under way, which recursive types may meet again. */
  readonly #assumed: [Type, Type][] = []

  /** `deadline` in milliseconds of `performance.now()`. */
  constructor(env: TypeEnvironment, deadline: number) {
    this.env = env
    this.#deadline = deadline
  }

  fresh(span: Span): Variable {
    return {
      kind: 'variable',
      span,
      open: true,
      level: this.level,
      lowers: [],
      uppers: [],
      index: undefined,
      watchers: [],
    }
  }

  /** Throws `CheckLimit` when time is up. */
  tick(): void {
    if (--this.#clock > 0) return
    this.#clock = CLOCK_INTERVAL
    if (performance.now() > this.#deadline) throw new CheckLimit('time')
  }

  /** Checks that `value` fits `use`; otherwise undoes everything and gives the error. `span` is blamed by default. */
  constrain(value: Type, use: Type, span: Span, names: TypeNames): Diagnostic | undefined {
    if (value === use || use.kind === 'any') return undefined
    const failures = this.tryFit(value, use, span)
    return failures && composeError(value, use, span, failures, names)
  }

  /** As `constrain`, giving the bare failures. */
  tryFit(value: Type, use: Type, span: Span): Failure[] | undefined {
    return this.tryAll(() => this.#fits(value, use), span)
  }

  /** Runs checks as one constraint at `span`: all or nothing. */
  tryAll(checks: () => boolean, span: Span): Failure[] | undefined {
    const site = this.#site
    const mark = this.#trail.length
    this.#site = span
    this.#failures = []
    const ok = checks() && this.#drain()
    this.#site = site
    if (ok) {
      if (this.#attempts === 0) this.#trail.length = 0
      return undefined
    }
    this.#undo(mark)
    const failures = this.#failures
    this.#failures = []
    return failures
  }

  /** Whether `check` would succeed; leaves nothing behind. */
  wouldFit(value: Type, use: Type): boolean {
    return this.attempt(() => this.#fits(value, use)).ok
  }

  // -------------------------------------------------------------------------------------------- instantiation

  /** The type with its generic parameters replaced: shape parameters by `args`, others by fresh variables. */
  instantiate(type: Type, params: readonly string[] = [], args: readonly Type[] = []): Type {
    if (!type.open) return type
    return this.#instantiateWith(type, params, args, new Map())
  }

  /** `generics` holds the variables of parameters that are not in `params`, and gets new ones. */
  #instantiateWith(
    type: Type,
    params: readonly string[],
    args: readonly Type[],
    generics: Map<string, Type>,
  ): Type {
    return mapLeaves(type, (leaf) => {
      if (leaf.kind !== 'parameter') return leaf
      const i = params.indexOf(leaf.name)
      if (i >= 0) return args[i] ?? ANY
      let generic = generics.get(leaf.name)
      if (!generic) {
        generic = this.fresh(NO_SPAN)
        generics.set(leaf.name, generic)
      }
      return generic
    })
  }

  /** A copy in which the variables and rigid parameters deeper than `level` are fresh, bounds included. */
  copyDeeper(type: Type, level: number): Type {
    if (!type.open) return type
    const copies = new Map<Type | string, Variable>()
    const copy = (leaf: Type): Type => {
      if (leaf.kind === 'rigid') return leaf.level > level ? this.#copyOf(copies, leaf.name, leaf) : leaf
      if (leaf.kind !== 'variable' || leaf.level <= level) return leaf
      const known = copies.get(leaf)
      if (known) return known
      const made = this.#copyOf(copies, leaf, leaf)
      for (const lower of leaf.lowers) made.lowers.push(mapLeaves(lower, copy))
      for (const upper of leaf.uppers) made.uppers.push(mapLeaves(upper, copy))
      return made
    }
    return mapLeaves(type, copy)
  }

  #copyOf(copies: Map<Type | string, Variable>, key: Type | string, original: Type): Variable {
    let made = copies.get(key)
    if (!made) {
      this.tick()
      made = this.fresh(original.kind === 'rigid' ? NO_SPAN : original.span)
      copies.set(key, made)
    }
    return made
  }

  /** What stands for the named type, if it is an alias. */
  aliasOf(type: NamedType): Type | undefined {
    const shape = this.env.shape(type.name)
    return shape?.alias && this.instantiate(shape.alias, shape.params, type.args)
  }

  /** The type of the member of the named type itself, without looking through aliases. */
  memberOf(type: NamedType, name: string): Type | undefined {
    const shape = this.env.shape(type.name)
    const member = shape?.member(name)
    return member && this.instantiate(member, shape!.params, type.args)
  }

  // -------------------------------------------------------------------------------------------- trail

  /** Runs `check` and undoes it; tells whether it succeeded, what it bound, and why it failed. */
  attempt(check: Alternative): { ok: boolean; bound: Variable[]; failures: Failure[] } {
    const mark = this.#trail.length
    const failures = this.#failures
    const queue = this.#queue
    this.#failures = []
    this.#queue = []
    this.#attempts++
    const depth = this.#depth
    let ok: boolean
    try {
      ok = check() && (this.#attempts > MAX_NESTED_ATTEMPTS || this.#drain())
    } finally {
      this.#attempts--
      this.#depth = depth
    }
    const bound: Variable[] = []
    for (let i = mark; i < this.#trail.length; i++) {
      const entry = this.#trail[i]!
      if (entry.what === 'lower' || entry.what === 'upper') bound.push(entry.variable)
    }
    this.#undo(mark)
    const found = this.#failures
    for (const choice of this.#queue) choice.queued = false
    this.#failures = failures
    this.#queue = queue
    return { ok, bound, failures: found }
  }

  #undo(mark: number): void {
    while (this.#trail.length > mark) {
      const entry = this.#trail.pop()!
      this.#revert(entry)
    }
  }

  #revert(entry: Undo): void {
    switch (entry.what) {
      case 'lower':
        revertLower(entry.variable)
        break
      case 'upper':
        entry.variable.uppers.pop()
        break
      case 'watch':
        entry.variable.watchers.pop()
        break
      case 'level':
        entry.variable.level = entry.level
        break
      case 'open':
        this.#choices.pop()
        break
      case 'choice':
        entry.choice.alternatives = entry.alternatives
        entry.choice.settled = false
        break
    }
  }

  // -------------------------------------------------------------------------------------------- choices

  /** Tries every alternative; commits to the only one that fits, or to one that costs nothing, else waits. */
  #choose(alternatives: readonly Alternative[], fallback?: Alternative): boolean {
    const survivors: Alternative[] = []
    const touched = new Set<Variable>()
    const failures: Failure[] = []
    for (const alternative of alternatives) {
      const result = this.attempt(alternative)
      if (!result.ok) failures.unshift(...result.failures)
      else if (result.bound.length === 0) return true
      else {
        survivors.push(alternative)
        for (const variable of result.bound) touched.add(variable)
      }
    }
    if (survivors.length === 0) return this.#giveUp(failures, fallback)
    if (survivors.length === 1) return survivors[0]!()
    this.#wait({ alternatives: survivors, fallback, queued: false, settled: false }, touched)
    return true
  }

  #giveUp(failures: readonly Failure[], fallback: Alternative | undefined): boolean {
    const mark = this.#failures.length
    if (fallback?.()) return true
    this.#failures.length = mark
    this.#failures.push(...failures)
    return false
  }

  #wait(choice: Choice, touched: Iterable<Variable>): void {
    if (this.#choices.length >= MAX_OPEN_CHOICES) return
    let level = Number.POSITIVE_INFINITY
    for (const variable of touched) level = Math.min(level, variable.level)
    for (const variable of touched) {
      variable.watchers.push(choice)
      this.#trail.push({ what: 'watch', variable })
      this.#lower(variable, level)
    }
    this.#choices.push(choice)
    this.#trail.push({ what: 'open' })
  }

  #notify(variable: Variable): void {
    for (const watcher of variable.watchers) {
      if (watcher.settled || watcher.queued) continue
      watcher.queued = true
      this.#queue.push(watcher as Choice)
    }
  }

  /** Looks again at the choices whose variables got bounds. */
  #drain(): boolean {
    let ok = true
    while (this.#queue.length > 0) {
      const choice = this.#queue.pop()!
      choice.queued = false
      if (ok && !choice.settled) ok = this.#reconsider(choice)
    }
    return ok
  }

  #reconsider(choice: Choice): boolean {
    this.tick()
    const alive: Alternative[] = []
    const failures: Failure[] = []
    for (const alternative of choice.alternatives) {
      const result = this.attempt(alternative)
      if (result.ok) alive.push(alternative)
      else failures.unshift(...result.failures)
    }
    if (alive.length === choice.alternatives.length) return true
    if (alive.length > 0) return this.#narrow(choice, alive)
    this.#trail.push({ what: 'choice', choice, alternatives: choice.alternatives })
    choice.settled = true
    return this.#giveUp(failures, choice.fallback)
  }

  #narrow(choice: Choice, alive: readonly Alternative[]): boolean {
    this.#trail.push({ what: 'choice', choice, alternatives: choice.alternatives })
    choice.alternatives = alive
    if (alive.length > 1) return true
    choice.settled = true
    return alive[0]!()
  }

  /** The open choices that bear on any of the variables. */
  openChoices(variables: Iterable<Variable>): Choice[] {
    if (this.#choices.length === 0) return []
    const found = new Set<Choice>()
    for (const variable of variables)
      for (const watcher of variable.watchers) if (!watcher.settled) found.add(watcher as Choice)
    return [...found]
  }

  get hasOpenChoices(): boolean {
    return this.#choices.some((choice) => !choice.settled)
  }

  /**
   * Calls `visit` once for every consistent way to decide the open choices that bear on `variables`, with the
   * decisions in force; at most `limit` times.
   */
  eachDecision(variables: () => Iterable<Variable>, limit: number, visit: () => void): void {
    let left = limit
    const decide = (): void => {
      const choice = this.openChoices(variables())[0]
      if (!choice) {
        left--
        visit()
        return
      }
      for (const alternative of choice.alternatives) {
        if (left <= 0) return
        this.attempt(() => {
          if (!this.#narrow(choice, [alternative]) || !this.#drain()) return false
          decide()
          return true
        })
      }
    }
    decide()
  }

  // -------------------------------------------------------------------------------------------- variables

  #addLower(variable: Variable, lower: Type): boolean {
    if (lower === variable || hasLower(variable, lower)) return true
    if (!this.#admit(variable, lower)) return false
    variable.lowers.push(lower)
    variable.index?.add(keyOf(lower))
    this.#trail.push({ what: 'lower', variable })
    const ok = this.#every(variable.uppers, (upper) => this.#fits(lower, upper))
    this.#notify(variable)
    return ok
  }

  #addUpper(variable: Variable, upper: Type): boolean {
    if (upper === variable || hasBound(variable.uppers, upper)) return true
    if (!this.#admit(variable, upper)) return false
    variable.uppers.push(upper)
    this.#trail.push({ what: 'upper', variable })
    const ok = this.#every(variable.lowers, (lower) => this.#fits(lower, upper))
    this.#notify(variable)
    return ok
  }

  /** A bound may not be deeper than its variable: deeper variables become as shallow, deeper rigid ones escape. */
  #admit(variable: Variable, bound: Type): boolean {
    if (!bound.open) return true
    const escaped = this.#lower(bound, variable.level)
    if (!escaped) return true
    this.#failures.push({
      kind: 'escape',
      rigid: bound,
      outer: variable.span,
      span: this.#site,
    })
    return false
  }

  /** Makes the variables in the type at most as deep as `level`; true when a deeper rigid parameter is met. */
  #lower(type: Type, level: number): boolean {
    if (!type.open) return false
    if (type.kind === 'rigid') return type.level > level
    let escaped = false
    if (type.kind === 'variable') {
      if (type.level <= level) return false
      this.#trail.push({ what: 'level', variable: type, level: type.level })
      type.level = level
      for (const bound of type.lowers) escaped = this.#lower(bound, level) || escaped
      for (const bound of type.uppers) escaped = this.#lower(bound, level) || escaped
      return escaped
    }
    forEachPart(type, (part) => {
      if (part.open) escaped = this.#lower(part, level) || escaped
    })
    return escaped
  }

  // -------------------------------------------------------------------------------------------- fitting

  /** Whether the value fits the use; adds bounds and, when not, failures. */
  #fits(value: Type, use: Type): boolean {
    if (value === use) return true
    if (use.kind === 'any') return true
    this.tick()
    if (++this.#depth > MAX_DEPTH) throw new CheckLimit('complexity')
    const ok = this.#fitsAny(value, use)
    this.#depth--
    return ok
  }

  #fitsAny(value: Type, use: Type): boolean {
    if (use.kind === 'variable') return this.#fitsVariable(value, use)
    if (value.kind === 'variable') {
      return use.kind === 'intersection'
        ? this.#every(use.members, (member) => this.#fits(value, member))
        : this.#addUpper(value, use)
    }
    if (value.kind === 'union') return this.#every(value.members, (member) => this.#fits(member, use))
    if (use.kind === 'intersection') return this.#every(use.members, (member) => this.#fits(value, member))
    if (value.kind === 'minus') return this.#fits(value.base, nullGuard(use))
    if (use.kind === 'guard') return this.#fitsGuard(value, use.use)
    if (value.kind === 'never') return true
    if (value.kind === 'any') return this.#anyFits(value, use)
    if (value.kind === 'rigid' || use.kind === 'rigid') return this.#fitsRigid(value, use)
    if (value.kind === 'intersection') return this.#fitsIntersection(value, use)
    if (use.kind === 'union') return this.#fitsUnion(value, use)
    return this.#fitsConcrete(value, use)
  }

  #fitsVariable(value: Type, use: Variable): boolean {
    if (value.kind === 'variable')
      return value.level >= use.level ? this.#addUpper(value, use) : this.#addLower(use, value)
    if (value.kind === 'union' && value.members.length <= MANY_ELEMENTS)
      return this.#every(value.members, (member) => this.#fits(member, use))
    return this.#addLower(use, value)
  }

  /** All must hold; all are tried, so that every failure is known. Failures end up in reverse order. */
  #every(parts: readonly Type[], check: (part: Type) => boolean): boolean {
    const before = this.#failures
    let ok = true
    // Bounds may be added on the way; they are checked here too.
    for (let i = 0; i < parts.length; i++) {
      this.#failures = []
      ok = check(parts[i]!) && ok
      if (this.#failures.length > 0) before.unshift(...this.#failures)
    }
    this.#failures = before
    return ok
  }

  /** Null is let through, also when it hides behind an alias. */
  #fitsGuard(value: Type, use: Type): boolean {
    const rest = this.withoutNull(value)
    if (!rest) return this.#fits(value, use)
    return this.#every(rest, (part) => this.#fits(part, use))
  }

  /** The members of a concrete type that are not Null; undefined when there is no Null in it. */
  withoutNull(type: Type): Type[] | undefined {
    if (type.kind === 'named') {
      if (type.name === 'Null') return []
      const alias = this.aliasOf(type)
      return alias && this.withoutNull(alias)
    }
    if (type.kind === 'intersection') {
      return type.members.every((member) => this.withoutNull(member)?.length === 0) ? [] : undefined
    }
    if (type.kind !== 'union') return undefined
    const rest = type.members.map((member) => this.withoutNull(member))
    if (rest.every((part) => part === undefined)) return undefined
    return rest.flatMap((part, i) => part ?? [type.members[i]!])
  }

  /** Any provides everything, and spreads into what the use gives back. */
  #anyFits(value: AnyType, use: Type): boolean {
    if (use.open) this.#spread(value, use)
    return true
  }

  #spread(value: AnyType, use: Type): void {
    switch (use.kind) {
      case 'variable':
        this.#addLower(use, value)
        break
      case 'apply':
      case 'access':
      case 'project':
      case 'function':
        this.#spread(value, use.result)
        break
      case 'interface':
        this.#spread(value, use.type)
        break
      case 'guard':
        this.#spread(value, use.use)
        break
      case 'named':
      case 'tuple':
      case 'record':
      case 'union':
      case 'intersection':
        forEachPart(use, (part) => this.#spread(value, part))
        break
      default:
        break
    }
  }

  #fitsRigid(value: Type, use: Type): boolean {
    if (value.kind === 'rigid' && use.kind === 'rigid' && value.name === use.name) return true
    if (use.kind === 'union') return this.#fitsUnion(value, use)
    const [near, far] = value.kind === 'rigid' && use.kind !== 'rigid' ? [use, value] : [value, use]
    const span = hasSpan(near) ? near.span : hasSpan(far) ? far.span : this.#site
    this.#failures.push({ kind: 'generic', value, use, span })
    return false
  }

  #fitsIntersection(value: IntersectionType, use: Type): boolean {
    if (use.kind === 'apply') return this.#applyOverloads(value, use)
    if (
      use.kind === 'function' &&
      !use.variadic &&
      value.members.every((member) => member.kind === 'function')
    ) {
      const args = use.params.map((param) => param.type)
      return this.#applyOverloads(value, applyUse(args, use.result, this.#placeOf(value)))
    }
    return this.#choose(value.members.map((member) => () => this.#fits(member, use)))
  }

  #fitsUnion(value: Type, use: UnionType): boolean {
    if (quickMember(value, use) || this.#onlyMember(value, use)) return true
    const mark = this.#failures.length
    if (this.#choose(use.members.map((member) => () => this.#fits(value, member)))) return true
    const alias = value.kind === 'named' ? this.aliasOf(value) : undefined
    if (!alias || this.#isAssumed(value, use)) return false
    this.#failures.length = mark
    return this.#assume(value, use, () => this.#fits(alias, use))
  }

  /** When a single member is of the right kind, there is nothing to choose. */
  #onlyMember(value: Type, use: UnionType): boolean {
    const candidates = use.members.filter((member) => this.#isPlausible(value, member))
    if (candidates.length !== 1) return false
    const trail = this.#trail.length
    const failures = this.#failures.length
    if (this.#fits(value, candidates[0]!)) return true
    this.#undo(trail)
    this.#failures.length = failures
    return false
  }

  /** False when the kinds of the two rule out that the value fits. */
  #isPlausible(value: Type, member: Type): boolean {
    switch (member.kind) {
      case 'function':
        return value.kind === 'function' || this.#isAlias(value)
      case 'record':
        return value.kind === 'record' || this.#isAlias(value)
      case 'tuple':
        return value.kind === 'tuple' || this.#isAlias(value)
      case 'named':
        return this.#isPlausibleName(value, member) || this.#isAlias(member)
      default:
        return true
    }
  }

  #isPlausibleName(value: Type, member: NamedType): boolean {
    if (value.kind === 'named')
      return value.name === member.name || scalarFits(value.name, member.name) || this.#isAlias(value)
    if (value.kind === 'literal') return literalFits(value.value, member.name)
    return value.kind === 'tuple' && member.name === 'Array'
  }

  #isAlias(type: Type): boolean {
    return type.kind === 'named' && this.env.shape(type.name)?.alias !== undefined
  }

  #isAssumed(value: Type, use: Type): boolean {
    return this.#assumed.some(([v, u]) => v === value && u === use)
  }

  #assume(value: Type, use: Type, check: Alternative): boolean {
    this.#assumed.push([value, use])
    const ok = check()
    this.#assumed.pop()
    return ok
  }

  #fitsConcrete(value: Type, use: Type): boolean {
    switch (value.kind) {
      case 'literal':
        return this.#fitsLiteral(value, use)
      case 'named':
        return this.#fitsNamed(value, use)
      case 'tuple':
        return this.#fitsTuple(value, use)
      case 'record':
        return this.#fitsRecord(value, use)
      case 'interface':
        return this.#fitsInterface(value, use)
      case 'function':
        return this.#fitsFunction(value, use)
      default:
        return this.#mismatch(value, use)
    }
  }

  #fitsLiteral(value: LiteralType, use: Type): boolean {
    if (use.kind === 'named' && literalFits(value.value, use.name)) return true
    if (use.kind === 'literal') {
      if (sameLiteral(value.value, use.value)) return true
      this.#failures.push({ kind: 'not-literal', value, use, span: this.#placeOf(value) })
      return false
    }
    return this.#fitsConcrete(widen(value), use)
  }

  #placeOf(value: Type): Span {
    return hasSpan(value) ? value.span : this.#site
  }

  #fitsNamed(value: NamedType, use: Type): boolean {
    switch (use.kind) {
      case 'named':
        if (value.name === use.name) return this.#fitsPairwise(value.args, use.args)
        if (scalarFits(value.name, use.name)) return true
        break
      case 'interface': {
        const member = this.#memberFor(value, use)
        if (member) return this.#fits(member, use.type)
        break
      }
      case 'apply': {
        const apply = this.#special(value, 'apply')
        if (apply) return this.#fits(apply, use)
        break
      }
      case 'access': {
        const access = this.#special(value, 'access')
        if (access) return this.#fits(access, applyUse(use.args, use.result, use.span))
        break
      }
      case 'project':
        return this.#projectNamed(value, use)
      default:
        break
    }
    return this.#fitsThroughAlias(value, use)
  }

  /**
   * The member, with the same generic parameters whenever this very use meets it again: the receiver may grow from
   * what the member returns, as in `fold([], (all, x) => all.concat([x]))`.
   */
  #memberFor(value: NamedType, use: InterfaceType): Type | undefined {
    const shape = this.env.shape(value.name)
    const member = shape?.member(use.name)
    if (!member?.open) return member
    let generics = this.#generics.get(use)
    if (!generics) {
      generics = new Map()
      this.#generics.set(use, generics)
    }
    return this.#instantiateWith(member, shape!.params, value.args, generics)
  }

  #special(value: NamedType, what: 'apply' | 'access'): Type | undefined {
    const shape: TypeShape | undefined = this.env.shape(value.name)
    const type = shape?.[what]
    return type && this.instantiate(type, shape!.params, value.args)
  }

  #fitsThroughAlias(value: NamedType, use: Type): boolean {
    const alias = this.aliasOf(value)
    if (!alias) return this.#mismatch(value, use)
    if (this.#isAssumed(value, use)) return true
    return this.#assume(value, use, () => this.#fits(alias, use))
  }

  #fitsTuple(value: TupleType, use: Type): boolean {
    if (use.kind === 'tuple') return this.#fitsTupleElements(value, use)
    if (use.kind === 'named' && use.name === 'Array')
      return this.#every(distinctElements(value), (element) => this.#fits(element, use.args[0] ?? ANY))
    if (use.kind === 'access' && use.args.length === 1 && use.args[0]!.kind === 'literal') {
      const index = use.args[0]!.value
      if (typeof index === 'bigint') return this.#fitsTupleIndex(value, index, use)
    }
    if (use.kind === 'interface' || use.kind === 'access' || use.kind === 'project')
      return this.#fits(this.#arrayOf(value), use)
    return this.#mismatch(value, use)
  }

  /** `[A, B]` as an array that may take other elements too. */
  #arrayOf(value: TupleType): NamedType {
    const item = this.fresh(value.span)
    // Not on the trail: nothing else knows the variable yet, and messages show its elements after an undo.
    const elements = distinctElements(value)
    for (const element of elements) if (element.open) this.#lower(element, item.level)
    if (elements.length > MANY_ELEMENTS) item.lowers.push(union(elements))
    else
      item.lowers.push(
        ...elements.flatMap((element) => (element.kind === 'union' ? element.members : [element])),
      )
    return named('Array', [item], value.span)
  }

  #fitsTupleElements(value: TupleType, use: TupleType): boolean {
    const expected = use.elements.length
    const received = value.elements.length
    if (expected !== received) {
      this.#failures.push({ kind: 'tuple-arity', expected, received, span: this.#placeOf(value) })
      return false
    }
    return this.#fitsPairwise(value.elements, use.elements)
  }

  #fitsPairwise(values: readonly Type[], uses: readonly Type[]): boolean {
    let ok = true
    for (let i = 0; i < values.length; i++) ok = this.#fits(values[i]!, uses[i] ?? ANY) && ok
    return ok
  }

  #fitsTupleIndex(value: TupleType, index: bigint, use: AccessUse): boolean {
    if (index < 0n) {
      const span = this.#placeOf(use.args[0]!)
      this.#failures.push({ kind: 'index', index, length: value.elements.length, span })
      return false
    }
    const element = index < BigInt(value.elements.length) ? value.elements[Number(index)]! : never(value.span)
    return this.#fits(element, use.result)
  }

  #fitsRecord(value: RecordType, use: Type): boolean {
    switch (use.kind) {
      case 'record':
        return this.#fitsRecordFields(value, use)
      case 'interface':
        return this.#fitsRecordField(value, use)
      case 'access':
        return this.#accessRecord(value, use)
      case 'project':
        return this.#project(value, use, (result) => result)
      default:
        return this.#mismatch(value, use)
    }
  }

  #fitsRecordFields(value: RecordType, use: RecordType): boolean {
    const span = hasSpan(use) ? use.span : this.#placeOf(value)
    let ok = true
    for (const [field, type] of value.fields) {
      const expected = use.fields.get(field) ?? use.wildcard
      if (expected) ok = this.#fits(type, expected) && ok
      else {
        this.#failures.push({ kind: 'extra-field', value, field, span })
        ok = false
      }
    }
    for (const [field, expected] of use.fields)
      if (!value.fields.has(field)) ok = this.#absentFieldFits(value, field, expected, span) && ok
    if (!value.wildcard) return ok
    if (use.wildcard) return this.#fits(value.wildcard, use.wildcard) && ok
    this.#failures.push({ kind: 'extra-wildcard', value, span })
    return false
  }

  #absentFieldFits(value: RecordType, field: string, expected: Type, span: Span): boolean {
    if (value.wildcard) return this.#fits(orAbsent(value.wildcard), expected)
    if (this.#admitsNull(expected)) return true
    this.#failures.push({ kind: 'missing-field', value, field, dot: { ...NO_SPAN, source: NO_SOURCE }, span })
    return false
  }

  #admitsNull(type: Type): boolean {
    if (type.kind === 'any' || isNull(type)) return true
    if (type.kind === 'union') return type.members.some((member) => this.#admitsNull(member))
    if (type.kind !== 'variable' && !this.#isAlias(type)) return false
    return this.attempt(() => this.#fits(NULL, type)).ok
  }

  #fitsRecordField(value: RecordType, use: InterfaceType): boolean {
    const type = value.fields.get(use.name) ?? (value.wildcard && orAbsent(value.wildcard))
    return type ? this.#fits(type, use.type) : this.#missingField(value, use)
  }

  #missingField(value: Type, use: InterfaceType): boolean {
    const span = hasSpan(use) ? use.span : value.span
    this.#failures.push({ kind: 'missing-field', value, field: use.name, dot: use.dot, span })
    return false
  }

  #accessRecord(value: RecordType, use: AccessUse): boolean {
    if (use.args.length !== 1) {
      this.#failures.push({ kind: 'arity', expected: 1, received: use.args.length, span: use.span })
      return false
    }
    const key = use.args[0]!
    if (key.kind === 'literal' && typeof key.value === 'string')
      return this.#fits(value, interfaceType(key.value, use.result, key.span, use.span))
    let ok = this.#fits(key, STRING)
    for (const type of value.fields.values()) ok = this.#fits(type, use.result) && ok
    if (value.wildcard) ok = this.#fits(value.wildcard, use.result) && ok
    return (
      this.#fits(value.span.source === NO_SOURCE ? NULL : named('Null', [], value.span), use.result) && ok
    )
  }

  #fitsInterface(value: InterfaceType, use: Type): boolean {
    if (use.kind === 'interface')
      return value.name === use.name ? this.#fits(value.type, use.type) : this.#missingField(value, use)
    if (use.kind === 'project') return this.#project(value, use, (result) => result)
    return this.#mismatch(value, use)
  }

  #fitsFunction(value: FunctionType, use: Type): boolean {
    if (use.kind === 'apply') return this.#applyFunction(value, use.args, use.result, use.span)
    if (use.kind !== 'function') return this.#mismatch(value, use)
    if (use.variadic && !value.variadic) return this.#mismatch(value, use)
    const args = use.params.map((param) => param.type)
    if (use.variadic) args.push(use.variadic.type)
    return this.#applyFunction(value, args, use.result, this.#placeOf(value))
  }

  #applyFunction(value: FunctionType, args: readonly Type[], result: Type, span: Span): boolean {
    if (!acceptsArity(value, args.length)) {
      this.#failures.push({ kind: 'arity', expected: value.params.length, received: args.length, span })
      return false
    }
    let ok = true
    for (let i = 0; i < args.length; i++) ok = this.#fits(args[i]!, parameterAt(value, i)) && ok
    return this.#fits(value.result, result) && ok
  }

  /** A call of overloads: the members of the right arity are tried against the arguments. */
  #applyOverloads(value: IntersectionType, use: ApplyUse): boolean {
    const callable = value.members.filter((member) => acceptsArity(member, use.args.length))
    if (callable.length === 0) return this.#every(value.members, (member) => this.#fits(member, use))
    const settled = this.#settledResults(callable, use)
    if (settled) return this.#fits(settled, use.result)
    return this.#choose(
      callable.map((member) => () => this.#fits(member, use)),
      () => this.#splitArgument(callable, use),
    )
  }

  /** The common result when several overloads take the arguments as they are (because of Any): all of them. */
  #settledResults(members: readonly Type[], use: ApplyUse): Type | undefined {
    const results: Type[] = []
    for (const member of members) {
      if (member.kind !== 'function') return undefined
      const outcome = this.attempt(() => this.#applyFunction(member, use.args, ANY, use.span))
      if (!outcome.ok) continue
      if (outcome.bound.length > 0) return undefined
      results.push(member.result)
    }
    return results.length === 0 ? undefined : intersection(distinct(results))
  }

  /** Each member of a union argument may be taken by another overload; the result is the union of theirs. */
  #splitArgument(members: readonly Type[], use: ApplyUse): boolean {
    if (use.args.length !== 1) return false
    const parts = this.concreteParts(use.args[0]!)
    if (parts.length < 2) return false
    const results: Type[] = []
    for (const part of parts) {
      const member = members.find(
        (m) => m.kind === 'function' && this.attempt(() => this.#applyFunction(m, [part], ANY, use.span)).ok,
      )
      if (member?.kind !== 'function') return false
      results.push(member.result)
    }
    return this.#fits(union(distinct(results)), use.result)
  }

  /** The alternatives of a value whose bounds are all known. */
  concreteParts(type: Type): readonly Type[] {
    if (type.kind === 'union') return type.members
    if (type.kind === 'variable') return type.lowers.flatMap((lower) => this.concreteParts(lower))
    if (type.kind === 'named') {
      const alias = this.aliasOf(type)
      return alias?.kind === 'union' ? alias.members : [type]
    }
    return [type]
  }

  // -------------------------------------------------------------------------------------------- projection

  #projectNamed(value: NamedType, use: ProjectUse): boolean {
    const item = value.args[0] ?? ANY
    switch (value.name) {
      case 'Null':
        return this.#project(this.fresh(value.span), use, () => NULL)
      case 'Array':
      case 'Set':
      case 'EventSource':
        return this.#project(item, use, (result) => named(value.name, [result], value.span))
      case 'Ref':
      case 'NamedRef':
        return this.#project(item, use, optional)
      case 'EmptyRef':
      case 'EmptyNamedRef':
        return this.#project(item, use, () => NULL)
      default:
        return this.#projectDocument(value, use)
    }
  }

  #projectDocument(value: NamedType, use: ProjectUse): boolean {
    const shape = this.env.shape(value.name)
    if (shape?.role === 'missing-document') return this.#project(this.fresh(value.span), use, () => NULL)
    const alias = this.aliasOf(value)
    if (alias?.kind === 'union') return this.#fits(alias, use)
    return this.#project(value, use, (result) => result)
  }

  #project(item: Type, use: ProjectUse, wrap: (result: Type) => Type): boolean {
    const input = this.fresh(item.span)
    const output = this.fresh(use.result.span)
    const call = functionType([{ name: undefined, type: input }], undefined, output, item.span)
    let ok = this.#fits(item, input)
    ok = this.#fits(use.lambda, call) && ok
    return this.#fits(wrap(output), use.result) && ok
  }

  // -------------------------------------------------------------------------------------------- failing

  /** Nothing fits directly: look through the use's alias, else fail. */
  #mismatch(value: Type, use: Type): boolean {
    if (use.kind === 'named') {
      const alias = this.aliasOf(use)
      if (alias) {
        if (this.#isAssumed(value, use)) return true
        return this.#assume(value, use, () => this.#fits(value, alias))
      }
    }
    this.#failures.push(this.#failureOf(value, use))
    return false
  }

  #failureOf(value: Type, use: Type): Failure {
    switch (use.kind) {
      case 'apply':
        return { kind: 'not-a-function', value, call: use.span, span: this.#placeOf(value) }
      case 'function':
        if (value.kind === 'function') break
        return { kind: 'not-a-function', value, call: undefined, span: this.#placeOf(value) }
      case 'access':
        return { kind: 'no-access', value, span: use.span }
      case 'interface':
        return { kind: 'missing-field', value, field: use.name, dot: use.dot, span: use.span }
      case 'project':
        return { kind: 'no-projection', value, span: this.#placeOf(value) }
      default:
        break
    }
    return { kind: 'not-subtype', value, use, span: this.#placeOf(value) }
  }
}

// ---------------------------------------------------------------------------------------------- helpers

/** Whether a function can be called with that many arguments. */
export const acceptsArity = (type: Type, count: number): boolean =>
  type.kind !== 'function' || (type.variadic ? count >= type.params.length : count === type.params.length)

/** The type of the i-th argument. */
export const parameterAt = (type: FunctionType, i: number): Type =>
  (type.params[i] ?? type.variadic)?.type ?? NEVER

/** Reading a field that only the wildcard covers: it may be absent. */
const orAbsent = (wildcard: Type): Type => {
  if (wildcard.kind === 'any' || wildcard.kind === 'never') return wildcard
  if (wildcard.kind === 'named' && wildcard.name === 'Null') return wildcard
  return wildcard.kind === 'union' ? union([...wildcard.members, NULL]) : optional(wildcard)
}

/** Bounds are found again by what they say, variables by identity. */
const hasBound = (bounds: readonly Type[], bound: Type): boolean => {
  for (const known of bounds) if (known === bound || sameNamed(known, bound)) return true
  return false
}

/** Beyond this many lower bounds a variable keeps an index of them. */
const MANY_BOUNDS = 48

const hasLower = (variable: Variable, lower: Type): boolean => {
  if (variable.lowers.length < MANY_BOUNDS) return hasBound(variable.lowers, lower)
  variable.index ??= new Set(variable.lowers.map(keyOf))
  return variable.index.has(keyOf(lower))
}

const revertLower = (variable: Variable): void => {
  const lower = variable.lowers.pop()
  if (lower) variable.index?.delete(keyOf(lower))
}

/** Equal named types; others count as equal only when identical. */
const sameNamed = (a: Type, b: Type): boolean =>
  a.kind === 'named' &&
  b.kind === 'named' &&
  a.name === b.name &&
  a.span === b.span &&
  a.args.length === b.args.length &&
  a.args.every((arg, i) => sameArgument(arg, b.args[i]!))

const sameArgument = (a: Type, b: Type): boolean => {
  if (a === b || sameNamed(a, b)) return true
  if (a.kind === 'tuple' && b.kind === 'tuple')
    return (
      a.elements.length === b.elements.length && a.elements.every((x, i) => sameArgument(x, b.elements[i]!))
    )
  if (a.kind !== 'union' || b.kind !== 'union' || a.members.length !== b.members.length) return false
  return a.members.every((x, i) => sameArgument(x, b.members[i]!))
}

/** Members that need no trying. */
const quickMember = (value: Type, use: UnionType): boolean => {
  if (value.kind === 'literal')
    return use.members.some((member) =>
      member.kind === 'literal'
        ? sameLiteral(member.value, value.value)
        : member.kind === 'named' && literalFits(value.value, member.name),
    )
  if (value.kind !== 'named' || value.args.length > 0) return use.members.includes(value)
  return use.members.some((member) => member.kind === 'named' && member.name === value.name)
}

/** Beyond this many elements, equal scalars and literals of a tuple count once. */
const MANY_ELEMENTS = 32

const distinctElements = (type: TupleType): readonly Type[] =>
  type.elements.length > MANY_ELEMENTS ? distinct(type.elements) : type.elements

/** Each scalar and literal once, in order. */
const distinct = (types: readonly Type[]): Type[] => {
  const seen = new Set<string | Type>()
  return types.filter((type) => {
    const key = keyOf(type)
    return !seen.has(key) && seen.add(key)
  })
}

const keyOf = (type: Type): string | Type => {
  if (type.kind === 'literal') return literalKey(type.value)
  if (type.kind === 'named' && type.args.length === 0) return `n${type.name}`
  return type
}
