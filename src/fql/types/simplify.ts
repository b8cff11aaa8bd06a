/**
 * From inferred types to types without variables, as they are shown and stored (spec/language.md §3.7, §3.8 step 6).
 * A type is flattened into one node per union (value side) or intersection (use side), bounds included; variables
 * that say nothing are dropped, those that always go together become one, the rest get letters.
 */
import type { Span } from '#src/fql/syntax/span.ts'
import type { TypeEnvironment } from '#src/fql/types/environment.ts'
import { literalFits, literalKey } from '#src/fql/types/literals.ts'
import { printType } from '#src/fql/types/print.ts'
import { quickValue } from '#src/fql/types/quick.ts'
import type { Solver } from '#src/fql/types/solver.ts'
import { forEachPart } from '#src/fql/types/substitute.ts'
import {
  ANY,
  BOOLEAN,
  type FunctionParameter,
  type FunctionType,
  functionType,
  interfaceType,
  intersection,
  isNull,
  type LiteralType,
  minusNull,
  NEVER,
  named,
  POISON,
  parameter,
  projectUse,
  record,
  recursive,
  type Type,
  tuple,
  union,
  type Variable,
} from '#src/fql/types/type.ts'

/** The alternatives of a union on the value side, the requirements of an intersection on the use side. */
interface Flat {
  any: boolean
  never: boolean
  poison: boolean
  readonly variables: Set<Variable>
  /** The variables whose bounds contain this node again. */
  readonly loops: Set<Variable>
  /** Members that cannot be merged: overloads of a value, alternatives of a use. */
  readonly overloads: (readonly Flat[])[]
  readonly literals: Map<string, LiteralType>
  readonly names: Map<string, Type>
  readonly generics: Map<string, Flat[]>
  readonly functions: Map<string, FlatFunction>
  record: FlatRecord | undefined
  interfaces: Map<string, Flat> | undefined
  readonly tuples: Map<number, Flat[]>
  readonly minuses: Flat[]
  readonly projects: (FlatFunction & { readonly span: Span })[]
}
interface FlatParameter {
  readonly name: string | undefined
  readonly flat: Flat
}
interface FlatFunction {
  readonly params: readonly FlatParameter[]
  readonly variadic: FlatParameter | undefined
  readonly result: Flat
}
interface FlatRecord {
  readonly fields: Map<string, Flat>
  wildcard: Flat | undefined
}

const emptyFlat = (): Flat => ({
  any: false,
  never: false,
  poison: false,
  variables: new Set(),
  loops: new Set(),
  overloads: [],
  literals: new Map(),
  names: new Map(),
  generics: new Map(),
  functions: new Map(),
  record: undefined,
  interfaces: undefined,
  tuples: new Map(),
  minuses: [],
  projects: [],
})

/** Shown types larger than this many nodes are cut off with Any. */
const MAX_NODES = 100_000
/** Ways to decide open overloads that are shown. */
const MAX_DECISIONS = 64

/** The type as it is shown on the value side (`positive`) or on the use side, without variables. */
export const simplify = (type: Type, positive: boolean, solver: Solver): Type => {
  const quick = positive && !solver.hasOpenChoices ? quickValue(type) : undefined
  if (quick) return quick
  if (!type.open || !solver.hasOpenChoices) return new Simplifier(solver).run(type, positive)
  return simplifyOverloaded(type, positive, solver)
}

/** One member for every way to decide the overloads that are still open. */
const simplifyOverloaded = (type: Type, positive: boolean, solver: Solver): Type => {
  const members = new Map<string, Type>()
  const letters = { used: 0 }
  solver.eachDecision(
    () => reachable(type),
    MAX_DECISIONS,
    () => {
      const member = new Simplifier(solver, letters).run(type, positive)
      members.set(printType(member), member)
    },
  )
  if (members.size === 0) return new Simplifier(solver).run(type, positive)
  return positive ? intersection([...members.values()]) : union([...members.values()])
}

/** The variables of the type and of their bounds. */
export const reachable = (type: Type): Set<Variable> => {
  const found = new Set<Variable>()
  const visit = (part: Type): void => {
    if (!part.open) return
    if (part.kind !== 'variable') forEachPart(part, visit)
    else if (!found.has(part)) {
      found.add(part)
      part.lowers.forEach(visit)
      part.uppers.forEach(visit)
    }
  }
  visit(type)
  return found
}

type Path = readonly { readonly variable: Variable; readonly positive: boolean }[]

class Simplifier {
  readonly #env: TypeEnvironment
  #nodes = 0
  readonly #solver: Solver
  readonly #letters: { used: number }
  readonly #letterOf = new Map<Variable, Type>()
  /** Variables found to stand for another one, or (undefined) to say nothing. */
  readonly #replaced = new Map<Variable, Variable | undefined>()
  readonly #loops = new Set<Variable>()

  constructor(solver: Solver, letters = { used: 0 }) {
    this.#solver = solver
    this.#env = solver.env
    this.#letters = letters
  }

  run(type: Type, positive: boolean): Type {
    const flat = this.#flatten([type], positive, [])
    this.#simplify(flat, positive)
    return this.#toType(flat, positive)
  }

  // ------------------------------------------------------------------------------------------- flattening

  #flatten(types: readonly Type[], positive: boolean, path: Path): Flat {
    const flat = emptyFlat()
    for (const type of types) this.#add(flat, type, positive, path)
    return flat
  }

  #add(flat: Flat, type: Type, positive: boolean, path: Path): void {
    if (++this.#nodes > MAX_NODES) {
      flat.any = true
      return
    }
    switch (type.kind) {
      case 'variable':
        this.#addVariable(flat, type, positive, path)
        break
      case 'any':
        if (type.poison) flat.poison = true
        else flat.any = true
        break
      case 'never':
        flat.never = true
        break
      case 'literal':
        flat.literals.set(literalKey(type.value), type)
        break
      case 'parameter':
      case 'rigid':
        flat.names.set(type.name, type)
        break
      case 'union':
      case 'intersection':
        this.#addMembers(flat, type.members, (type.kind === 'union') === positive, positive, path)
        break
      case 'minus':
        this.#addMinus(flat, type.base, positive, path)
        break
      case 'guard':
        break
      default:
        mergeFlat(flat, this.#structure(type, positive, path), positive)
    }
  }

  #addMembers(flat: Flat, members: readonly Type[], merge: boolean, positive: boolean, path: Path): void {
    if (merge) for (const member of members) this.#add(flat, member, positive, path)
    else flat.overloads.push(members.map((member) => this.#flatten([member], positive, path)))
  }

  #addMinus(flat: Flat, base: Type, positive: boolean, path: Path): void {
    if (base.kind !== 'variable') {
      const rest = this.#solver.withoutNull(base) ?? [base]
      for (const part of rest) {
        if (part.kind === 'variable' || part.kind === 'minus') this.#addMinus(flat, part, positive, path)
        else this.#add(flat, part, positive, path)
      }
    } else if (base.lowers.length === 0) {
      flat.minuses.push(this.#flatten([base], positive, path))
    } else if (!path.some((step) => step.variable === base && step.positive === positive)) {
      const below = [...path, { variable: base, positive }]
      for (const lower of base.lowers) this.#addMinus(flat, lower, positive, below)
    }
  }

  #addVariable(flat: Flat, variable: Variable, positive: boolean, path: Path): void {
    if (path.some((step) => step.variable === variable && step.positive === positive)) {
      if (!flat.variables.has(variable)) {
        flat.variables.add(variable)
        this.#loops.add(variable)
      }
      return
    }
    if (flat.variables.has(variable)) return
    flat.variables.add(variable)
    const below = [...path, { variable, positive }]
    const before = this.#loops.has(variable)
    for (const bound of positive ? variable.lowers : variable.uppers) {
      if (bound.kind === 'variable') this.#addLinked(flat, bound, positive, path, below)
      else this.#add(flat, bound, positive, below)
    }
    if (!before && this.#loops.has(variable)) flat.loops.add(variable)
  }

  #addLinked(flat: Flat, variable: Variable, positive: boolean, path: Path, below: Path): void {
    if (below.some((step) => step.variable === variable && step.positive === positive)) {
      if (path.some((step) => step.variable === variable && step.positive === positive))
        this.#loops.add(variable)
      flat.variables.add(variable)
    } else this.#addVariable(flat, variable, positive, below)
  }

  #structure(type: Type, positive: boolean, path: Path): Flat {
    const flat = emptyFlat()
    const one = (part: Type, side = positive): Flat => this.#flatten([part], side, path)
    switch (type.kind) {
      case 'named':
        if (type.args.length === 0) flat.names.set(type.name, type)
        else
          flat.generics.set(
            type.name,
            type.args.map((arg) => one(arg)),
          )
        break
      case 'tuple':
        flat.tuples.set(
          type.elements.length,
          type.elements.map((element) => one(element)),
        )
        break
      case 'record': {
        const fields = new Map<string, Flat>()
        for (const [key, field] of type.fields) fields.set(key, one(field))
        flat.record = { fields, wildcard: type.wildcard && one(type.wildcard) }
        break
      }
      case 'interface':
        flat.interfaces = new Map([[type.name, one(type.type)]])
        break
      case 'function':
        addFunction(flat, this.#function(type, positive, path))
        break
      case 'apply':
        addFunction(flat, {
          params: type.args.map((arg) => ({ name: undefined, flat: one(arg, !positive) })),
          variadic: undefined,
          result: one(type.result),
        })
        break
      case 'project':
        flat.projects.push({
          params: [{ name: undefined, flat: one(type.lambda, !positive) }],
          variadic: undefined,
          result: one(type.result),
          span: type.span,
        })
        break
      default:
        break
    }
    return flat
  }

  #function(type: FunctionType, positive: boolean, path: Path): FlatFunction {
    const param = ({ name, type: of }: FunctionParameter): FlatParameter => ({
      name,
      flat: this.#flatten([of], !positive, path),
    })
    return {
      params: type.params.map(param),
      variadic: type.variadic && param(type.variadic),
      result: this.#flatten([type.result], positive, path),
    }
  }

  // ------------------------------------------------------------------------------------------- simplification

  #simplify(root: Flat, positive: boolean): void {
    const values = new Map<Variable, Set<unknown>>()
    const uses = new Map<Variable, Set<unknown>>()
    visitFlats(root, positive, (flat, side) => {
      if (flat.variables.size === 0) return
      const company = atomsOf(flat)
      for (const variable of flat.variables) keepCommon(side ? values : uses, variable, company)
    })
    const all = new Set([...values.keys(), ...uses.keys()])
    for (const variable of all)
      if (!this.#loops.has(variable) && !(values.has(variable) && uses.has(variable)))
        this.#replaced.set(variable, undefined)
    for (const variable of all) {
      this.#unify(variable, values, uses)
      this.#unify(variable, uses, values)
    }
  }

  /** Variables that always stand beside this one on a side become it; concrete company on both sides replaces it. */
  #unify(variable: Variable, here: Map<Variable, Set<unknown>>, there: Map<Variable, Set<unknown>>): void {
    if (this.#replaced.has(variable)) return
    for (const other of here.get(variable) ?? []) {
      if (other === variable) continue
      if (typeof other === 'string') {
        if (there.get(variable)?.has(other)) {
          this.#replaced.set(variable, undefined)
          return
        }
        continue
      }
      const twin = other as Variable
      if (this.#replaced.has(twin) || this.#loops.has(twin) || !here.get(twin)?.has(variable)) continue
      this.#replaced.set(twin, variable)
      const company = there.get(twin)
      if (company) keepCommon(there, variable, new Set([...company, variable]))
    }
  }

  #resolve(variable: Variable): Variable | undefined {
    let current: Variable | undefined = variable
    while (current && this.#replaced.has(current)) current = this.#replaced.get(current)
    return current
  }

  // ------------------------------------------------------------------------------------------- output

  #toType(flat: Flat, positive: boolean): Type {
    const members = this.#members(flat, positive)
    const type = combine(flat, members, positive)
    const loop = [...flat.loops].find((variable) => this.#loops.has(variable))
    return loop ? recursive((this.#letter(loop) as { name: string }).name, type) : type
  }

  #members(flat: Flat, positive: boolean): Type[] {
    const members: Type[] = []
    for (const variable of flat.variables) {
      const kept = this.#resolve(variable)
      if (kept && !flat.loops.has(kept)) members.push(this.#letter(kept))
    }
    for (const overload of flat.overloads) {
      const parts = overload.map((part) => this.#toType(part, positive))
      members.push(positive ? intersection(unique(parts)) : union(unique(parts)))
    }
    members.push(...scalarMembers(flat, positive))
    for (const [name, args] of flat.generics)
      members.push(
        named(
          name,
          args.map((arg) => this.#toType(arg, positive)),
        ),
      )
    for (const each of flat.functions.values()) members.push(this.#toFunction(each, positive))
    for (const each of flat.projects)
      members.push(
        projectUse(
          this.#toType(each.params[0]!.flat, !positive),
          this.#toType(each.result, positive),
          each.span,
        ),
      )
    if (flat.record) members.push(this.#toRecord(flat.record, positive))
    for (const [name, field] of flat.interfaces ?? [])
      members.push(interfaceType(name, this.#toType(field, positive)))
    for (const elements of flat.tuples.values())
      members.push(tuple(elements.map((element) => this.#toType(element, positive))))
    for (const base of flat.minuses) members.push(minusNull(this.#toType(base, positive)))
    return nullLast(unique(members))
  }

  #toRecord(flat: FlatRecord, positive: boolean): Type {
    const fields = new Map<string, Type>()
    for (const [key, field] of flat.fields) fields.set(key, this.#toType(field, positive))
    return record(fields, flat.wildcard && this.#toType(flat.wildcard, positive))
  }

  #toFunction(flat: FlatFunction, positive: boolean): Type {
    const param = ({ name, flat: of }: FlatParameter): FunctionParameter => ({
      name,
      type: this.#toType(of, !positive),
    })
    return functionType(
      flat.params.map(param),
      flat.variadic && param(flat.variadic),
      this.#toType(flat.result, positive),
    )
  }

  #letter(variable: Variable): Type {
    let letter = this.#letterOf.get(variable)
    if (!letter) {
      letter = parameter(this.#nextName())
      this.#letterOf.set(variable, letter)
    }
    return letter
  }

  #nextName(): string {
    for (;;) {
      const i = this.#letters.used++
      const name = String.fromCharCode(65 + (i % 26)).repeat(Math.floor(i / 26) + 1)
      if (!this.#env.shape(name)) return name
    }
  }
}

// ------------------------------------------------------------------------------------------- merging

const addFunction = (flat: Flat, added: FlatFunction): void => {
  flat.functions.set(`${added.params.length}${added.variadic ? '+' : ''}`, added)
}

/** Adds everything in `from` to `into`: a union on the value side, an intersection on the use side. */
const mergeFlat = (into: Flat, from: Flat, positive: boolean): void => {
  into.any ||= from.any
  into.never ||= from.never
  into.poison ||= from.poison
  for (const variable of from.variables) into.variables.add(variable)
  for (const variable of from.loops) into.loops.add(variable)
  into.overloads.push(...from.overloads)
  for (const [key, each] of from.literals) into.literals.set(key, each)
  for (const [key, each] of from.names) into.names.set(key, each)
  mergeLists(into.generics, from.generics, positive)
  mergeLists(into.tuples, from.tuples, positive)
  for (const [key, each] of from.functions) {
    const known = into.functions.get(key)
    if (known) mergeFunction(known, each, positive)
    else into.functions.set(key, each)
  }
  if (from.record) into.record = into.record ? mergeRecord(into.record, from.record, positive) : from.record
  if (from.interfaces) mergeInterfaces(into, from.interfaces, positive)
  into.minuses.push(...from.minuses)
  into.projects.push(...from.projects)
}

const mergeLists = <K>(into: Map<K, Flat[]>, from: ReadonlyMap<K, Flat[]>, positive: boolean): void => {
  for (const [key, parts] of from) {
    const known = into.get(key)
    if (!known) into.set(key, parts)
    else
      known.forEach((part, i) => {
        mergeFlat(part, parts[i]!, positive)
      })
  }
}

const mergeFunction = (into: FlatFunction, from: FlatFunction, positive: boolean): void => {
  into.params.forEach((param, i) => {
    mergeFlat(param.flat, from.params[i]!.flat, !positive)
  })
  if (into.variadic && from.variadic) mergeFlat(into.variadic.flat, from.variadic.flat, !positive)
  mergeFlat(into.result, from.result, positive)
}

/** Value side: the fields that both have (a wildcard has all); use side: the fields of either. */
const mergeRecord = (a: FlatRecord, b: FlatRecord, positive: boolean): FlatRecord => {
  const fields = new Map<string, Flat>()
  for (const [key, field] of a.fields) {
    const other = b.fields.get(key) ?? copyFlat(b.wildcard)
    if (other) mergeFlat(field, other, positive)
    if (other || !positive) fields.set(key, field)
  }
  for (const [key, field] of b.fields) {
    if (a.fields.has(key)) continue
    const other = copyFlat(a.wildcard)
    if (other) mergeFlat(other, field, positive)
    if (other || !positive) fields.set(key, other ?? field)
  }
  if (a.wildcard && b.wildcard) mergeFlat(a.wildcard, b.wildcard, positive)
  const both = a.wildcard && b.wildcard ? a.wildcard : undefined
  return { fields, wildcard: positive ? both : (a.wildcard ?? b.wildcard) }
}

/** A copy that can be merged into without changing the original. */
const copyFlat = (flat: Flat | undefined): Flat | undefined => flat && copied(flat)

const copied = (flat: Flat): Flat => ({
  ...flat,
  variables: new Set(flat.variables),
  loops: new Set(flat.loops),
  overloads: [...flat.overloads],
  literals: new Map(flat.literals),
  names: new Map(flat.names),
  generics: copiedLists(flat.generics),
  functions: new Map([...flat.functions].map(([key, each]) => [key, copiedFunction(each)])),
  record: flat.record && {
    fields: copiedMap(flat.record.fields),
    wildcard: copyFlat(flat.record.wildcard),
  },
  interfaces: flat.interfaces && copiedMap(flat.interfaces),
  tuples: copiedLists(flat.tuples),
  minuses: [...flat.minuses],
  projects: [...flat.projects],
})

const copiedMap = (map: ReadonlyMap<string, Flat>): Map<string, Flat> =>
  new Map([...map].map(([key, each]) => [key, copied(each)]))

const copiedLists = <K>(lists: ReadonlyMap<K, Flat[]>): Map<K, Flat[]> =>
  new Map([...lists].map(([key, parts]) => [key, parts.map(copied)]))

const copiedFunction = (flat: FlatFunction): FlatFunction => {
  const param = ({ name, flat: of }: FlatParameter): FlatParameter => ({ name, flat: copied(of) })
  return {
    params: flat.params.map(param),
    variadic: flat.variadic && param(flat.variadic),
    result: copied(flat.result),
  }
}

const mergeInterfaces = (into: Flat, from: ReadonlyMap<string, Flat>, positive: boolean): void => {
  if (!into.interfaces) {
    into.interfaces = new Map(from)
    return
  }
  if (positive) for (const key of into.interfaces.keys()) if (!from.has(key)) into.interfaces.delete(key)
  for (const [key, field] of from) {
    const known = into.interfaces.get(key)
    if (known) mergeFlat(known, field, positive)
    else if (!positive) into.interfaces.set(key, field)
  }
}

// ------------------------------------------------------------------------------------------- traversal

const visitFlats = (flat: Flat, positive: boolean, visit: (flat: Flat, positive: boolean) => void): void => {
  visit(flat, positive)
  const same = (part: Flat): void => visitFlats(part, positive, visit)
  const opposite = (part: Flat): void => visitFlats(part, !positive, visit)
  for (const parts of flat.overloads) parts.forEach(same)
  for (const args of flat.generics.values()) args.forEach(same)
  for (const each of [...flat.functions.values(), ...flat.projects]) {
    for (const param of each.params) opposite(param.flat)
    if (each.variadic) opposite(each.variadic.flat)
    same(each.result)
  }
  if (flat.record) {
    flat.record.fields.forEach(same)
    if (flat.record.wildcard) same(flat.record.wildcard)
  }
  flat.interfaces?.forEach(same)
  for (const elements of flat.tuples.values()) elements.forEach(same)
  flat.minuses.forEach(same)
}

/** What a variable of the node goes together with. */
const atomsOf = (flat: Flat): Set<unknown> => {
  const atoms = new Set<unknown>(flat.variables)
  for (const key of flat.literals.keys()) atoms.add(key)
  for (const key of flat.names.keys()) atoms.add(`n${key}`)
  return atoms
}

const keepCommon = (
  company: Map<Variable, Set<unknown>>,
  variable: Variable,
  atoms: ReadonlySet<unknown>,
): void => {
  const known = company.get(variable)
  if (!known) company.set(variable, new Set(atoms))
  else for (const atom of known) if (!atoms.has(atom)) known.delete(atom)
}

// ------------------------------------------------------------------------------------------- output helpers

/** Literals and plain names; literals give way to their base type in unions and push names out of intersections. */
const scalarMembers = (flat: Flat, positive: boolean): Type[] => {
  const names = [...flat.names.values()]
  let literals = [...flat.literals.values()]
  if (!positive) return literals.length > 0 ? literals : names
  literals = literals.filter(
    ({ value }) => !names.some((name) => name.kind === 'named' && literalFits(value, name.name)),
  )
  if (flat.literals.has('ltrue') && flat.literals.has('lfalse')) {
    literals = literals.filter(({ value }) => typeof value !== 'boolean')
    if (!flat.names.has('Boolean')) names.push(BOOLEAN)
  }
  return [...literals, ...names]
}

const combine = (flat: Flat, members: readonly Type[], positive: boolean): Type => {
  if (flat.poison && (positive ? members.length === 0 && !flat.any : true)) return positive ? POISON : ANY
  if (positive) {
    if (flat.any) return union([ANY, ...members])
    return members.length === 0 ? NEVER : union(members)
  }
  if (flat.never) return NEVER
  return members.length === 0 ? ANY : intersection(members)
}

const unique = (types: readonly Type[]): Type[] => {
  if (types.length < 2) return [...types]
  const seen = new Set<string>()
  return types.filter((type) => {
    const text = printType(type)
    return !seen.has(text) && seen.add(text)
  })
}

const nullLast = (types: readonly Type[]): Type[] => {
  if (types.length < 2) return [...types]
  return [...types.filter((type) => !isNull(type)), ...types.filter(isNull)]
}
