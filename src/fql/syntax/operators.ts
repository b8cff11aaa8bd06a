import { isNameRest } from './characters.ts'
import { isShort, shortLambda } from './short-lambda.ts'
import { join, type Span } from './span.ts'
import type { BinaryOperator, Expr } from './tree.ts'

/** A binary operator (spec/language.md §1.6). */
export interface Operator {
  readonly text: BinaryOperator | 'isa'
  /** Higher binds tighter. */
  readonly level: number
  /** Groups to the right. */
  readonly right: boolean
}

/** Loosest first. */
const LEVELS: readonly (readonly Operator['text'][])[] = [
  ['??'],
  ['||'],
  ['&&'],
  ['==', '!=', '=~', '!~'],
  ['>', '<', '>=', '<='],
  ['isa'],
  ['|'],
  ['^'],
  ['&'],
  ['+', '-'],
  ['*', '/', '%'],
  ['**'],
]

const OPERATORS: ReadonlyMap<string, Operator> = new Map(
  LEVELS.flatMap((texts, level) => texts.map((text) => [text, { text, level, right: text === '**' }])),
)

const op = (text: string): Operator | undefined => OPERATORS.get(text)

/** The operator at `pos` that must stand on the line of its left operand. */
export const operatorAt = (text: string, pos: number): Operator | undefined => {
  const next = text[pos + 1]
  switch (text[pos]) {
    case '+':
    case '%':
      return op(text[pos]!)
    case '-':
      return next === '>' ? undefined : op('-')
    case '*':
      return op(next === '*' ? '**' : '*')
    case '/':
      return next === '/' || next === '*' ? undefined : op('/')
    case '<':
    case '>':
      return op(next === '=' ? `${text[pos]}=` : text[pos]!)
    case '=':
    case '!':
      return next === '=' || next === '~' ? op(`${text[pos]}${next}`) : undefined
    case 'i':
      return text.startsWith('isa', pos) && !isNameRest(text.charCodeAt(pos + 3)) ? op('isa') : undefined
    default:
      return undefined
  }
}

/** The operator at `pos` that may begin a line. */
export const operatorAfterLines = (text: string, pos: number): Operator | undefined => {
  const c = text[pos]
  switch (c) {
    case '?':
      return text[pos + 1] === '?' ? op('??') : undefined
    case '|':
    case '&':
      return op(text[pos + 1] === c ? c + c : c)
    case '^':
      return op('^')
    default:
      return undefined
  }
}

/** Builds the tree of a chain of operators, left to right, without recursion. */
export class OperatorStack {
  private readonly operands: Expr[]
  private readonly operators: { operator: Operator; span: Span }[] = []
  /** An operand was a short lambda: the whole chain is one. */
  private short = false

  constructor(first: Expr) {
    this.operands = [this.open(first)]
  }

  push(operator: Operator, span: Span, operand: Expr): void {
    this.reduce((top) => top.level > operator.level || (top.level === operator.level && !operator.right))
    this.operators.push({ operator, span })
    this.operands.push(this.open(operand))
  }

  result(): Expr {
    this.reduce(() => true)
    const body = this.operands[0]!
    return this.short ? shortLambda(body) : body
  }

  private reduce(ready: (top: Operator) => boolean): void {
    for (let top = this.operators.at(-1); top && ready(top.operator); top = this.operators.at(-1)) {
      this.operators.pop()
      const right = this.operands.pop()!
      this.operands.push(binary(top.operator, top.span, this.operands.pop()!, right))
    }
  }

  /** The body of a short lambda, also of one in parentheses. */
  private open(operand: Expr): Expr {
    if (isShort(operand)) {
      this.short = true
      return operand.body
    }
    if (operand.kind !== 'tuple' || operand.elements.length !== 1) return operand
    const only = operand.elements[0]!
    if (!isShort(only)) return operand
    this.short = true
    return { ...operand, elements: [only.body] }
  }
}

const binary = ({ text }: Operator, operatorSpan: Span, left: Expr, right: Expr): Expr => {
  const span = join(left.span, right.span)
  return text === 'isa'
    ? { kind: 'isa', operatorSpan, value: left, type: right, span }
    : { kind: 'binary', operator: text, operatorSpan, left, right, span }
}
