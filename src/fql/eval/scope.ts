import type { Capture } from './code.ts'

/** Name of the implicit argument of short lambdas and projections; no identifier is spelled so. */
export const IT = '.'

/**
 * The variables of one function while it is compiled. Every `let` has a slot of its own, so a closure made before a
 * name is shadowed keeps the old value; what comes from outside is copied into a slot when the closure is made.
 */
export class FunctionScope {
  private readonly parent: FunctionScope | undefined
  private readonly bound: { name: string; slot: number }[] = []
  readonly captures: Capture[] = []
  size = 0

  constructor(parent?: FunctionScope) {
    this.parent = parent
  }

  declare(name: string): number {
    const slot = this.size++
    this.bound.push({ name, slot })
    return slot
  }

  /** A parameter without a name (`_`). */
  skip(): void {
    this.size++
  }

  /** Position to return to at the end of a block. */
  mark(): number {
    return this.bound.length
  }

  release(mark: number): void {
    this.bound.length = mark
  }

  /** The slot of a variable, taken from the enclosing functions if need be; undefined when it is global. */
  resolve(name: string): number | undefined {
    for (let i = this.bound.length - 1; i >= 0; i--) {
      const b = this.bound[i] as { name: string; slot: number }
      if (b.name === name) return b.slot
    }
    const captured = this.captures.find((c) => c.name === name)
    if (captured) return captured.inner
    const outer = this.parent?.resolve(name)
    if (outer === undefined) return undefined
    const inner = this.size++
    this.captures.push({ name, outer, inner })
    return inner
  }
}
