/** Comparing types of fields, in an environment that knows the collections (spec/schema.md §13.5). */
import type { TypeExpr } from '#src/fql/syntax/tree.ts'
import type { TypeEnvironment } from '#src/fql/types/environment.ts'
import { typeFromSyntax } from '#src/fql/types/from-syntax.ts'
import { printType } from '#src/fql/types/print.ts'
import { Solver } from '#src/fql/types/solver.ts'
import { NULL, type Type } from '#src/fql/types/type.ts'
import type { ShapeField } from './shape.ts'
import { isRemoved, typeOf } from './shape.ts'

const CHECK_MILLISECONDS = 5000

export class TypeComparison {
  readonly env: TypeEnvironment
  readonly #solver: Solver

  constructor(env: TypeEnvironment) {
    this.env = env
    this.#solver = new Solver(env, performance.now() + CHECK_MILLISECONDS)
  }

  isNullable(type: TypeExpr): boolean {
    return this.#solver.wouldFit(NULL, toType(type))
  }

  /** Whether what was stored as `before` may stay where `after` is declared. `Any` takes everything, and fits only itself. */
  covers(after: TypeExpr, before: TypeExpr): boolean {
    return this.#covers(toType(after), toType(before))
  }

  #covers(after: Type, before: Type): boolean {
    if (printType(after) === printType(before)) return true
    if (before.kind === 'union') return before.members.every((m) => this.#covers(after, m))
    if (after.kind === 'union') return after.members.some((m) => this.#covers(m, before))
    if (before.kind === 'intersection') return before.members.some((m) => this.#covers(after, m))
    if (after.kind === 'intersection') return after.members.every((m) => this.#covers(m, before))
    if (after.kind === 'any') return true
    return before.kind !== 'any' && this.#solver.wouldFit(before, after)
  }

  /** What of `before` does not fit `after`, as text. */
  remainder(before: TypeExpr, after: TypeExpr): string {
    const [b, a] = [toType(before), toType(after)]
    const members = b.kind === 'union' ? b.members.filter((m) => !this.#solver.wouldFit(m, a)) : [b]
    return members.map(printType).join(' | ')
  }

  /** Whether values fit, `Any` fitting everything. */
  fits(value: TypeExpr, use: TypeExpr): boolean {
    return this.#solver.wouldFit(toType(value), toType(use))
  }

  /** Whether the field may be absent before a `move` takes it away and it is declared anew. */
  isOptional(field: ShapeField): boolean {
    if (field.source.kind === 'drop') return false
    const hasDefault = field.source.kind === 'schema' && field.source.default !== undefined
    return isRemoved(field) || hasDefault || this.isNullable(typeOf(field))
  }
}

export const toType = (type: TypeExpr): Type => typeFromSyntax(type, { isParameter: () => false })

/** As messages name it: `T?` is `T | Null`. */
export const typeText = (type: TypeExpr): string => printType(toType(type))
