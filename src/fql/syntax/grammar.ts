import { isNameStart } from './characters.ts'
import { type Operator, OperatorStack, operatorAfterLines, operatorAt } from './operators.ts'
import { PostfixGrammar } from './postfix-grammar.ts'
import { isShort, shortLambda, unshort } from './short-lambda.ts'
import { join, type Source, type Span } from './span.ts'
import type {
  BlockExpr,
  Expr,
  IdExpr,
  LambdaExpr,
  LetStatement,
  Name,
  ObjectField,
  ProjectField,
  SelectComponent,
  Statement,
  UnaryExpr,
  UnaryOperator,
} from './tree.ts'
import { isReservedVariable } from './words.ts'

/** A placeholder of a query template, in the text that is parsed. NUL cannot come from a user. */
export const PLACEHOLDER = '\0value>'

/** Expressions and statements (spec/language.md §1.5–1.7). */
export class Grammar extends PostfixGrammar {
  /** How many placeholders are read; `undefined` where there can be none. */
  private placeholders: number | undefined

  /** `template`: placeholders are read as variables `$0`, `$1`, … in the order they stand in. */
  constructor(source: Source, template = false) {
    super(source)
    this.placeholders = template ? 0 : undefined
  }

  // ---------------------------------------------------------------- expressions

  override expression(short: boolean): Expr | undefined {
    this.enter()
    const expr = this.anyExpression()
    this.leave()
    if (!short && expr !== undefined && isShort(expr)) {
      this.report('Invalid anonymous field access', expr.span)
    }
    return expr
  }

  private anyExpression(): Expr | undefined {
    const c = this.code()
    if (isNameStart(c)) return this.keywordExpression() ?? this.wordExpression()
    if (c === 0x28) return this.tupleOrLambda()
    const first = this.primary() ?? this.unary()
    return first && this.rest(first)
  }

  private wordExpression(): Expr | undefined {
    const word = this.wordLiteral()
    if (word) return this.rest(word)
    const name = this.name()
    if (name === undefined) return undefined
    this.ws()
    if (this.open('=>')) return this.lambda([name], undefined, name.span)
    return this.rest({ kind: 'id', name: name.text, span: name.span })
  }

  /** Postfixes, operators and the projection that follow a first operand. */
  private rest(first: Expr): Expr {
    return this.projected(this.operators(this.chain(first)))
  }

  private keywordExpression(): Expr | undefined {
    switch (this.code()) {
      case 0x69:
        return this.ifExpression()
      case 0x61:
        return this.atExpression()
      case 0x6d:
        return this.matchExpression()
      default:
        return undefined
    }
  }

  private ifExpression(): Expr | undefined {
    const word = this.keyword('if')
    if (word === undefined) return undefined
    const condition = this.inParentheses()
    const then = this.requireExpression()
    const otherwise = this.elseBranch()
    return { kind: 'if', condition, then, else: otherwise, span: join(word, (otherwise ?? then).span) }
  }

  private elseBranch(): Expr | undefined {
    const start = this.pos
    this.nl()
    if (this.keyword('else')) return this.requireExpression()
    this.pos = start
    return undefined
  }

  private atExpression(): Expr | undefined {
    const word = this.keyword('at')
    if (word === undefined) return undefined
    const time = this.inParentheses()
    const body = this.requireExpression()
    return { kind: 'at', time, body, span: join(word, body.span) }
  }

  /** `( expr )` and what blanks follow. */
  private inParentheses(): Expr {
    this.require('(')
    const expr = this.requireExpression()
    this.nl()
    this.close(')')
    this.nl()
    return expr
  }

  private matchExpression(): Expr | undefined {
    const word = this.keyword('match')
    if (word === undefined) return undefined
    const value = this.term() ?? this.fail()
    this.require('{')
    while (this.matchCase() && this.separator()) {}
    this.close('}')
    const span = this.span(word.start)
    this.ws()
    return { kind: 'match', value, span }
  }

  private matchCase(): boolean {
    if (!this.keyword('case')) {
      this.missed('case')
      return false
    }
    this.pattern()
    this.require('=>')
    this.requireExpression()
    return true
  }

  // ---------------------------------------------------------------- lambdas and tuples

  private lambda(params: readonly Name[], variadic: Name | undefined, start: Span): LambdaExpr {
    const body = this.requireExpression()
    return { kind: 'lambda', short: false, params, variadic, body, span: join(start, body.span) }
  }

  private tupleOrLambda(): Expr | undefined {
    const start = this.pos
    this.require('(')
    const elements = this.args(')')
    const variadic = this.variadic()
    this.close(')')
    const span = this.span(start)
    this.ws()
    if (variadic && !elements.every(isName)) this.reject('invalid variadic tuple', span)
    if (elements.every(isName) && (variadic || this.startsWith('=>'))) {
      this.require('=>')
      const params = elements.map((e) => ({ text: e.name, span: e.span }))
      const lambda = this.lambda(params, variadic, span)
      this.refuseDuplicates(variadic ? [...params, variadic] : params)
      return lambda
    }
    return this.rest({ kind: 'tuple', elements, span })
  }

  private variadic(): Name | undefined {
    if (!this.open('...')) {
      this.missed('`...`')
      return undefined
    }
    const name = this.requireName()
    this.nl()
    return name
  }

  private refuseDuplicates(params: readonly Name[]): void {
    const seen = new Map<string, Name>()
    for (const param of params) {
      if (param.text === '_') continue
      const first = seen.get(param.text)
      if (first === undefined) seen.set(param.text, param)
      else
        this.report(
          'Duplicate lambda argument',
          param.span,
          original('Argument originally defined here', first),
        )
    }
  }

  // ---------------------------------------------------------------- operators and projections

  private operators(first: Expr): Expr {
    let operator = this.operator()
    if (operator === undefined) return first
    const stack = new OperatorStack(first)
    const { depth } = this
    while (operator !== undefined) {
      const start = this.pos
      this.pos += operator.text.length
      this.commits++
      const where = this.span(start)
      this.nl()
      this.enterOperand(operator)
      stack.push(operator, where, this.term() ?? this.fail())
      operator = this.operator()
    }
    this.depth = depth
    return stack.result()
  }

  /** Right-associative operators make a deep tree of a long chain. */
  private enterOperand(operator: Operator): void {
    if (operator.right) this.enter()
  }

  /** The operator that follows here; `pos` is then at it. */
  private operator(): Operator | undefined {
    const here = operatorAt(this.text, this.pos)
    if (here !== undefined) return here
    const start = this.pos
    this.nl()
    const after = operatorAfterLines(this.text, this.pos)
    if (after === undefined) this.pos = start
    return after
  }

  private projected(value: Expr): Expr {
    const start = this.pos
    if (!this.open('{')) return value
    const all = this.open('*')
    if (!all) this.missed('`*`')
    const fields = all ? [] : this.projectFields()
    this.close('}')
    const bodySpan = this.span(start)
    this.ws()
    const inner = unshort(value)
    const span = join(inner.span, bodySpan)
    const expr: Expr = all
      ? { kind: 'project-all', value: inner, span }
      : { kind: 'project', value: inner, fields, bodySpan, span }
    return isShort(value) ? shortLambda(expr) : expr
  }

  private projectFields(): ProjectField[] {
    const fields = [this.projectField() ?? this.fail('identifier')]
    while (this.comma()) {
      const field = this.projectField()
      if (field === undefined) break
      fields.push(field)
    }
    return fields
  }

  private projectField(): ProjectField | undefined {
    const name = this.name()
    if (name === undefined) return undefined
    this.enter()
    this.ws()
    const value = this.open(':') ? unshort(this.requireExpression(true)) : this.projectedField(name)
    this.leave()
    this.nl()
    return { name, value }
  }

  /** `name` or `name { … }` */
  private projectedField(name: Name): Expr {
    this.missed('`:`')
    const here = this.span(name.span.start, name.span.start)
    const select: SelectComponent = { kind: 'select', name, optional: false, span: name.span }
    const value = this.projected({
      kind: 'chain',
      head: { kind: 'it', span: here },
      components: [select],
      span: name.span,
    })
    if (value.kind === 'chain') this.missed('`{`')
    return value
  }

  // ---------------------------------------------------------------- terms

  /** An operand with its postfixes. */
  protected term(): Expr | undefined {
    const base = this.primary() ?? this.tuple() ?? this.wordLiteral()
    if (base) return this.chain(base)
    const id = this.identifier()
    return id ? this.chain(id) : this.unary()
  }

  private identifier(): IdExpr | undefined {
    const name = this.name()
    if (name === undefined) return undefined
    this.ws()
    return { kind: 'id', name: name.text, span: name.span }
  }

  private tuple(): Expr | undefined {
    const start = this.pos
    if (!this.open('(')) return undefined
    this.enter()
    const elements = this.args(')')
    this.close(')')
    this.leave()
    const span = this.span(start)
    this.ws()
    return { kind: 'tuple', elements, span }
  }

  /** `null`, `true`, `false` */
  private wordLiteral(): Expr | undefined {
    const expr = this.nullOrBoolean()
    if (expr) this.ws()
    return expr
  }

  private nullOrBoolean(): Expr | undefined {
    const c = this.code()
    if (c !== 0x6e && c !== 0x74 && c !== 0x66) return undefined
    const nothing = this.word('null')
    if (nothing) return { kind: 'null', span: nothing }
    const yes = this.word('true')
    if (yes) return { kind: 'boolean', value: true, span: yes }
    const no = this.word('false')
    return no && { kind: 'boolean', value: false, span: no }
  }

  /** Everything that neither begins with a letter nor with `(`, with the blanks of the line that follow. */
  private primary(): Expr | undefined {
    const expr = this.primaryOnly()
    if (expr) this.ws()
    return expr
  }

  private primaryOnly(): Expr | undefined {
    switch (this.code()) {
      case 0x27:
        return this.plainString("'")
      case 0x22:
        return this.interpolatedString()
      case 0x5b:
        return this.array()
      case 0x7b:
        return this.objectOrBlock()
      case 0x2e:
        return this.shortHead()
      case 0x3c:
        return this.hereDocument()
      case 0:
        return this.placeholder()
      default:
        return this.number()
    }
  }

  private placeholder(): Expr | undefined {
    if (this.placeholders === undefined || !this.startsWith(PLACEHOLDER)) return undefined
    const start = this.pos
    this.pos += PLACEHOLDER.length
    return { kind: 'id', name: `$${this.placeholders++}`, span: this.span(start) }
  }

  private array(): Expr {
    const start = this.pos
    this.require('[')
    this.enter()
    const elements = this.list(']', false, (before) => this.missedElement(before))
    this.close(']')
    this.leave()
    return { kind: 'array', elements, span: this.span(start) }
  }

  /** An array may consist of a comma. */
  private missedElement(before: readonly Expr[]): void {
    this.missed('expression')
    if (before.length === 0) this.comma()
  }

  private unary(): Expr | undefined {
    const operators: Name[] = []
    const { depth } = this
    let operand: Expr | undefined
    while (operand === undefined) {
      const operator = this.unaryOperator()
      if (operator === undefined) break
      operators.push(operator)
      operand = this.primary() ?? this.tuple() ?? this.wordLiteral() ?? this.identifier()
    }
    if (operators.length === 0) return undefined
    if (operand === undefined) this.fail()
    const expr = applied(operators, this.chain(operand))
    this.depth = depth
    return expr
  }

  private unaryOperator(): Name | undefined {
    const c = this.code()
    if (c !== 0x2d && c !== 0x7e && c !== 0x21) return undefined
    this.enter()
    const start = this.pos++
    this.commits++
    const name = { text: String.fromCharCode(c), span: this.span(start) }
    this.ws()
    return name
  }

  // ---------------------------------------------------------------- objects and blocks

  private objectOrBlock(): Expr {
    const start = this.pos
    this.require('{')
    if (this.code() === 0x7d) {
      this.pos++
      return { kind: 'object', fields: [], span: this.span(start) }
    }
    const first = this.objectKey()
    return first ? this.object(start, first) : this.blockAfterBrace(start)
  }

  /** `key :`, or nothing read. */
  private objectKey(): Name | undefined {
    const start = this.pos
    const key = this.key()
    if (key !== undefined) {
      this.ws()
      if (this.open(':')) return key
    }
    this.pos = start
    return undefined
  }

  private object(start: number, first: Name): Expr {
    const fields: ObjectField[] = []
    for (
      let key: Name | undefined = first;
      key !== undefined;
      key = this.comma() ? this.objectKey() : undefined
    ) {
      fields.push({ key, value: this.requireExpression() })
      this.nl()
    }
    this.refuseRepeatedKeys(fields)
    this.close('}')
    return { kind: 'object', fields, span: this.span(start) }
  }

  private refuseRepeatedKeys(fields: readonly ObjectField[]): void {
    if (fields.length < 2) return
    const seen = new Map<string, Name>()
    for (const { key } of fields) {
      const first = seen.get(key.text)
      if (first === undefined) seen.set(key.text, key)
      else this.report('Duplicate key', key.span, original('Key originally used here', first))
    }
  }

  /** Reads `{ … }` as a block, which must stand here. */
  block(): BlockExpr {
    const start = this.pos
    this.require('{')
    return this.blockAfterBrace(start)
  }

  private blockAfterBrace(start: number): BlockExpr {
    const from = this.pos
    const { commits } = this
    const statements = this.blockBody('block')
    if (this.code() !== 0x7d && this.commits === commits) {
      // Nothing in it says that it is a block: it might as well be an object, or empty.
      this.pos = from
      this.fail('`}`', 'expression')
    }
    this.close('}')
    return { kind: 'block', statements, span: this.span(start) }
  }

  /** A whole text as a block. */
  query(): BlockExpr {
    this.nl()
    const start = this.pos
    const statements = this.blockBody('query')
    const span = this.span(start)
    this.end()
    return { kind: 'block', statements, span }
  }

  private blockBody(what: 'query' | 'block'): Statement[] {
    const statements = this.statements()
    this.separator()
    this.nl()
    const last = statements.at(-1)
    if (last === undefined) this.unexpectedEnd(what)
    if (last.kind === 'let') this.missingReturn(last)
    return statements
  }

  /** Statements up to where none follows a separator. */
  statements(): Statement[] {
    const statements: Statement[] = []
    for (;;) {
      const before = this.pos
      if (statements.length > 0 && !this.separator()) return statements
      const statement = this.statement()
      if (statement === undefined) {
        this.pos = before
        return statements
      }
      statements.push(statement)
    }
  }

  private statement(): Statement | undefined {
    if (this.code() === 0x6c && this.atWord('let')) return this.letStatement()
    const value = this.expression(false)
    return value && { kind: 'expr', value, span: value.span }
  }

  private letStatement(): LetStatement {
    const start = this.pos
    this.keyword('let')
    const name = this.requireName()
    this.nl()
    const type = this.letType()
    this.require('=')
    const value = this.requireExpression()
    if (isReservedVariable(name.text)) {
      this.reservedWord(name)
      this.fail()
    }
    return { kind: 'let', name, type, value, span: this.span(start, value.span.end) }
  }

  private letType() {
    if (!this.open(':')) {
      this.missed('`:`')
      return undefined
    }
    const type = this.type()
    this.nl()
    return type
  }

  unexpectedEnd(what: 'query' | 'block'): never {
    return this.reject(`Unexpected end of ${what}. Expected statement or expression`, this.here())
  }

  private missingReturn(last: LetStatement): never {
    return this.reject('Missing return expression', this.here(), {
      related: [{ kind: 'cause', message: 'Statement does not return a value', span: last.span }],
    })
  }

  /** The next character. */
  private here(): Span {
    return this.span(this.pos, this.pos + 1)
  }
}

const isName = (e: Expr): e is IdExpr => e.kind === 'id' && !e.name.startsWith('$')

/** Prefix operators, outermost first, on their operand. A short lambda takes them in. */
const applied = (operators: readonly Name[], operand: Expr): Expr => {
  const expr = operators.reduceRight<Expr>((inner, operator): UnaryExpr => {
    const span = join(operator.span, inner.span)
    return {
      kind: 'unary',
      operator: operator.text as UnaryOperator,
      operatorSpan: operator.span,
      operand: inner,
      span,
    }
  }, unshort(operand))
  return isShort(operand) ? shortLambda(expr) : expr
}

const original = (message: string, first: Name) => ({
  related: [{ kind: 'hint' as const, message, span: first.span }],
})
