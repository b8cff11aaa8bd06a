import { PatternGrammar } from './pattern-grammar.ts'
import { isShort, shortLambda, unshort } from './short-lambda.ts'
import { join } from './span.ts'
import type { Component, Expr, SelectComponent } from './tree.ts'

/** What follows an operand: fields, calls, indexes, `!` (spec/language.md §1.5 `Postfix`). */
export abstract class PostfixGrammar extends PatternGrammar {
  /** What `head` becomes with the postfixes that follow; after them come the blanks of the line. */
  protected chain(head: Expr): Expr {
    let component = this.component()
    if (component === undefined) return head
    const inner = unshort(head)
    const began = isShort(head) && inner.kind === 'chain'
    const components = began ? [...inner.components] : []
    for (; component !== undefined; component = this.component()) addComponent(components, component)
    const first = began ? inner.head : inner
    const span = join(first.span, components.at(-1)!.span)
    const expr: Expr = { kind: 'chain', head: first, components, span }
    return isShort(head) ? shortLambda(expr) : expr
  }

  private component(): Component | undefined {
    switch (this.code()) {
      case 0x28:
        return this.apply(this.pos, false)
      case 0x5b:
        return this.access(this.pos, false)
      case 0x21:
        return this.bang()
      default:
        return this.dotted()
    }
  }

  private bang(): Component | undefined {
    const next = this.code(1)
    if (next === 0x3d || next === 0x7e) return undefined
    const start = this.pos++
    this.commits++
    const span = this.span(start)
    this.ws()
    return { kind: 'bang', span }
  }

  /** `.name`, `?.name`, `?.(…)`, `?.[…]`; may begin on a further line. */
  private dotted(): Component | undefined {
    const before = this.pos
    this.nl()
    const start = this.pos
    if (this.open('.')) return this.select(start, false) ?? this.fail('identifier')
    if (this.open('?.')) return this.afterDot(start, true) ?? this.fail()
    this.pos = before
    return undefined
  }

  private afterDot(start: number, optional: boolean): Component | undefined {
    if (this.code() === 0x28) return this.apply(start, optional)
    if (this.code() === 0x5b) return this.access(start, optional)
    return this.select(start, optional)
  }

  private select(start: number, optional: boolean): SelectComponent | undefined {
    const name = this.plainName()
    if (name === undefined) return undefined
    const span = this.span(start)
    this.ws()
    return { kind: 'select', name, optional, span }
  }

  private apply(start: number, optional: boolean): Component {
    const from = this.pos
    this.require('(')
    const args = this.args(')')
    this.close(')')
    const [argsSpan, span] = [this.span(from), this.span(start)]
    this.ws()
    return { kind: 'apply', args, argsSpan, optional, span }
  }

  private access(start: number, optional: boolean): Component {
    const from = this.pos
    this.require('[')
    const args = this.args(']')
    this.close(']')
    const [argsSpan, span] = [this.span(from), this.span(start)]
    this.ws()
    return { kind: 'access', args, argsSpan, optional, span }
  }

  /** The dot that begins a short lambda, and what it selects. A lone dot is nothing. */
  protected shortHead(): Expr | undefined {
    const start = this.pos++
    this.nl()
    const component = this.afterDot(start, false)
    if (component === undefined) {
      this.pos = start
      return undefined
    }
    const head: Expr = { kind: 'it', span: this.span(start, start) }
    return shortLambda({
      kind: 'chain',
      head,
      components: [component],
      span: join(head.span, component.span),
    })
  }

  /** Arguments, or elements of a tuple, up to the token `close`, which is left; a trailing comma is read. */
  protected args(close: string): Expr[] {
    return this.list(close, true, () => this.missed('expression'))
  }

  protected list(close: string, short: boolean, none: (before: readonly Expr[]) => void): Expr[] {
    const elements: Expr[] = []
    while (this.text[this.pos] !== close) {
      const element = this.expression(short)
      if (element === undefined) {
        none(elements)
        break
      }
      this.nl()
      elements.push(element)
      if (!this.comma()) break
    }
    return elements
  }
}

/** A call right after `.name` is a method call. */
const addComponent = (components: Component[], component: Component): void => {
  const last = components.at(-1)
  if (component.kind !== 'apply' || last?.kind !== 'select') {
    components.push(component)
    return
  }
  const { name, optional } = last
  const { args, argsSpan, optional: optionalCall } = component
  const span = join(last.span, component.span)
  components[components.length - 1] = { kind: 'method', name, args, argsSpan, optional, optionalCall, span }
}
