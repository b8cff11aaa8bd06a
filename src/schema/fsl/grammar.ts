/** First pass over FSL text: the raw nodes (spec/schema.md §1.1). */
import { isBlank, isLineEnd } from '#src/fql/syntax/characters.ts'
import { Grammar } from '#src/fql/syntax/grammar.ts'
import { quoted } from '#src/fql/syntax/scanner.ts'
import { join, type Source, type Span } from '#src/fql/syntax/span.ts'
import type { BlockExpr, Expr, Name, TypeExpr } from '#src/fql/syntax/tree.ts'
import type { MigrationStatement, Param } from '../model/items.ts'
import type { FieldPath } from '../model/path.ts'
import { fieldPathOf } from './field-path.ts'
import { skipJunk } from './junk.ts'
import type { AnnotationNode, BlockNode, ExprNode, Node, NodeValue, PathsNode } from './nodes.ts'

/** Words that begin items which may have a name. */
const NAMED_KEYWORDS: ReadonlySet<string> = new Set([
  'collection',
  'role',
  'index',
  'terms',
  'values',
  'unique',
  'predicate',
  'migrations',
  'privileges',
  'membership',
  'history_days',
  'ttl_days',
  'check',
])

/** Words after which a name would be mistaken for the next item, or a value for a name. */
const NAMELESS_KEYWORDS: ReadonlySet<string> = new Set([
  'create',
  'create_with_id',
  'delete',
  'read',
  'write',
  'history_read',
  'history_write',
  'unrestricted_read',
  'call',
  'issuer',
  'jwks_uri',
  'document_ttls',
])

const ANNOTATIONS: ReadonlySet<string> = new Set(['alias', 'role'])

type StatementKind = MigrationStatement['kind']
const STATEMENTS: ReadonlySet<string> = new Set<StatementKind>([
  'backfill',
  'drop',
  'split',
  'move',
  'add',
  'move_conflicts',
  'move_wildcard',
  'add_wildcard',
])
const isStatement = (word: string): word is StatementKind => STATEMENTS.has(word)

/** What is known of an item before its annotations, comments and semicolons are added. */
type Body = Pick<Node, 'keyword' | 'name' | 'value'>

/** Once so many times the length of the text was read in vain, functions are taken as invalid unread. */
const MAX_WASTE = 8

const TYPE_ANNOTATION = 'a type annotation'

export class FslGrammar extends Grammar {
  /** Characters read in vain, in function bodies that did not parse. */
  private wasted = 0
  /** The last run of comments between items. */
  private comments: { readonly start: number; readonly end: number } | undefined

  constructor(source: Source) {
    super(source)
  }

  /** All items of a file. */
  file(): Node[] {
    const nodes: Node[] = []
    this.skipBetweenItems()
    let more = true
    while (more) {
      const node = this.item()
      if (node === undefined) break
      nodes.push(this.withDoc(node))
      more = this.itemSeparator()
    }
    this.end()
    return nodes
  }

  // ---------------------------------------------------------------- between items

  /** Blanks, line ends, semicolons and comments before the first item. */
  private skipBetweenItems(): void {
    for (;;) {
      const c = this.code()
      if (isBlank(c) || isLineEnd(c) || c === SEMICOLON) this.pos++
      else if (!this.commentRun()) return
    }
  }

  /** At least one semicolon, line end or comment, and the blanks around. */
  private itemSeparator(): boolean {
    const start = this.pos
    this.ws()
    let separated = false
    while (this.itemSeparatorToken()) {
      separated = true
      this.blanks()
    }
    if (!separated) this.pos = start
    return separated
  }

  private itemSeparatorToken(): boolean {
    const c = this.code()
    if (c === SEMICOLON || c === LINE_FEED) this.pos++
    else if (this.startsWith('\r\n')) this.pos += 2
    else return this.commentRun()
    return true
  }

  /** Comments that follow each other without a blank line; remembered as a possible doc comment. */
  private commentRun(): boolean {
    const start = this.pos
    while (this.lineComment() || this.blockCommentLine()) {}
    if (this.pos === start) return false
    this.comments = { start, end: this.pos }
    return true
  }

  private blockCommentLine(): boolean {
    if (!this.blockComment()) return false
    this.blanks()
    if (this.code() === LINE_FEED) this.pos++
    return true
  }

  private blanks(): void {
    while (isBlank(this.code())) this.pos++
  }

  /** A comment that ends where the item begins belongs to it. */
  private withDoc(node: Node): Node {
    const { comments } = this
    if (comments === undefined || comments.end !== node.span.start) return node
    return {
      ...node,
      doc: this.span(comments.start, comments.end),
      span: { ...node.span, start: comments.start },
    }
  }

  // ---------------------------------------------------------------- items

  private item(): Node | undefined {
    const start = this.pos
    this.enter()
    const annotations = this.annotations()
    const body = this.itemBody()
    this.leave()
    if (body === undefined) {
      this.pos = start
      return undefined
    }
    const end = this.semicolonEnd(this.bracketEnd((body.value ?? body.name ?? body.keyword).span.end))
    return { ...body, annotations, span: this.span(start, end), doc: undefined }
  }

  /** Types do not count the parentheses around them: the end of the text that was read for one ending at `typeEnd`. */
  private bracketEnd(typeEnd: number): number {
    const { pos } = this
    let end = typeEnd
    for (this.pos = end; this.pos < pos && this.code() === CLOSE_PAREN; this.ws()) end = ++this.pos
    this.pos = pos
    return end
  }

  /** Skips blanks after an item; where the item ends, semicolons on its line included, without skipping those. */
  private semicolonEnd(itemEnd: number): number {
    let end = itemEnd
    this.ws()
    const next = this.pos
    for (;;) {
      this.ws()
      if (this.code() !== SEMICOLON) break
      end = ++this.pos
    }
    this.pos = next
    return end
  }

  private annotations(): AnnotationNode[] {
    const annotations: AnnotationNode[] = []
    for (;;) {
      const start = this.pos
      if (!this.open('@')) return annotations
      const keyword = this.wordOf(ANNOTATIONS)
      if (keyword === undefined) this.fail()
      this.nl()
      this.require('(')
      const value = this.itemName() ?? this.fail('identifier')
      this.close(')')
      annotations.push({ keyword, value, span: this.span(start) })
      this.nl()
    }
  }

  /** The alternatives in order: a field first, so that every keyword may be the name of one. */
  private itemBody(): Body | undefined {
    return (
      this.fieldItem() ??
      this.namedItem() ??
      this.functionItem() ??
      this.accessProvider() ??
      this.namelessItem() ??
      this.migrationItem() ??
      this.invalidItem()
    )
  }

  /** A word out of `words`; nothing read when another stands here. */
  private wordOf(words: ReadonlySet<string>): Name | undefined {
    const word = this.plainName()
    if (word === undefined || words.has(word.text)) return word
    this.pos = word.span.start
    return undefined
  }

  /** A name, bare or quoted; nothing read when none stands here. */
  private itemName(): Name | undefined {
    return this.name() ?? this.quotedName()
  }

  private quotedName(): Name | undefined {
    const literal = this.plainString("'") ?? this.plainString('"')
    return literal && { text: literal.value, span: literal.span }
  }

  // ---------------------------------------------------------------- fields

  private fieldItem(): Body | undefined {
    const start = this.pos
    const computed = this.keyword('compute')
    const keyword: Name = { text: 'compute', span: this.span(start) }
    const name = this.fieldName()
    if (name === undefined) return computed ? this.fail('name', quoted('*')) : undefined
    this.ws()
    const type = this.open(':') ? this.typeWithDefaults() : undefined
    this.ws()
    const value = this.open('=') ? this.requireExpression() : undefined
    const kind = name.text === '*' ? 'wildcard' : computed ? 'computed' : 'defined'
    if (type === undefined && (kind === 'wildcard' || (kind === 'defined' && value === undefined))) {
      this.pos = start
      return undefined
    }
    if (value === undefined) this.missed(quoted('='))
    if (type === undefined) this.missed(TYPE_ANNOTATION)
    const span = join(name.span, (value ?? type ?? name).span)
    return {
      keyword: computed ? keyword : name,
      name,
      value: { kind: 'field', field: kind, type, value, span },
    }
  }

  private fieldName(): Name | undefined {
    const start = this.pos
    if (this.open('*')) return { text: '*', span: this.span(start, start + 1) }
    return this.itemName()
  }

  // ---------------------------------------------------------------- items of one keyword

  private namedItem(): Body | undefined {
    const keyword = this.wordOf(NAMED_KEYWORDS)
    if (keyword === undefined) return undefined
    const end = this.pos
    this.nl()
    const name = this.itemName()
    const nameEnd = this.pos
    if (name !== undefined) this.ws()
    const value = this.value()
    // Without a value the blanks looked past are not part of the item.
    if (value === undefined) this.pos = name === undefined ? end : nameEnd
    return { keyword, name, value }
  }

  private namelessItem(): Body | undefined {
    const keyword = this.wordOf(NAMELESS_KEYWORDS)
    if (keyword === undefined) return undefined
    const end = this.pos
    this.ws()
    const value = this.value()
    if (value === undefined) this.pos = end
    return { keyword, name: undefined, value }
  }

  private accessProvider(): Body | undefined {
    const start = this.pos
    if (!this.keyword('access')) return undefined
    const second = this.pos
    if (!this.keyword('provider')) return this.fail('provider')
    const keyword = { text: 'access provider', span: this.span(start, second + 'provider'.length) }
    const name = this.itemName() ?? this.fail('name')
    this.ws()
    return { keyword, name, value: this.value() ?? this.fail('expression') }
  }

  private invalidItem(): Body | undefined {
    const keyword = this.name()
    if (keyword === undefined) return undefined
    this.ws()
    return { keyword, name: undefined, value: this.invalid(this.pos) }
  }

  /** Skips to where the next item may begin. */
  private invalid(start: number): NodeValue {
    this.pos = skipJunk(this.text, this.pos)
    return { kind: 'invalid', span: this.span(start) }
  }

  // ---------------------------------------------------------------- values

  private value(): NodeValue | undefined {
    return this.memberBlock() ?? this.paths() ?? this.literal()
  }

  private literal(): ExprNode | undefined {
    const expr = this.expression(false)
    return expr && { kind: 'expr', expr, span: expr.span }
  }

  private memberBlock(): BlockNode | undefined {
    const start = this.pos
    if (!this.open('{')) return undefined
    const nodes: Node[] = []
    this.separator()
    let more = true
    while (more) {
      const node = this.item()
      if (node === undefined) break
      nodes.push(node)
      more = this.separator()
    }
    this.close('}')
    return { kind: 'block', nodes, span: this.span(start) }
  }

  private paths(): PathsNode | undefined {
    const start = this.pos
    if (!this.open('[')) return undefined
    const paths: Expr[] = []
    let more = true
    while (more) {
      const path = this.expression(true)
      if (path === undefined) {
        this.missed('expression')
        break
      }
      paths.push(path)
      this.nl()
      more = this.comma()
    }
    this.close(']')
    return { kind: 'paths', paths, span: this.span(start) }
  }

  // ---------------------------------------------------------------- functions

  private functionItem(): Body | undefined {
    const start = this.pos
    if (!this.keyword('function')) return undefined
    const keyword = { text: 'function', span: this.span(start, start + 'function'.length) }
    const name = this.itemName() ?? this.fail('name')
    this.ws()
    return { keyword, name, value: this.functionValue() }
  }

  private functionValue(): NodeValue {
    const start = this.pos
    this.require('(')
    const params = this.params()
    const close = this.pos
    this.close(')')
    const closeParen = this.span(close)
    const result = this.annotatedType()
    const signatureSpan = this.span(start, result?.span.end ?? closeParen.end)
    this.nl()
    const body = this.functionBody()
    if (body === undefined) return this.invalid(start)
    return { kind: 'function', params, closeParen, result, signatureSpan, body, span: this.span(start) }
  }

  /** `: T` */
  private annotatedType(): TypeExpr | undefined {
    if (this.open(':')) return this.type()
    this.missed(TYPE_ANNOTATION)
    return undefined
  }

  /** A body that does not parse makes the function invalid, not the file. */
  private functionBody(): BlockExpr | undefined {
    if (this.wasted > MAX_WASTE * this.text.length) return undefined
    const start = this.pos
    let reached = start
    return this.attempt(() => {
      try {
        return this.block()
      } catch (failure) {
        reached = this.pos
        throw failure
      } finally {
        this.wasted += reached - start
      }
    })
  }

  private params(): Param[] {
    const params: { readonly param: Param; readonly span: Span }[] = []
    let more = this.code() !== CLOSE_PAREN
    while (more) {
      const start = this.pos
      const param = this.param()
      if (param === undefined) break
      params.push({ param, span: this.span(start, (param.type ?? param.name).span.end) })
      more = this.comma()
      if (more) this.missed(quoted('...'))
    }
    this.nl()
    for (const { param, span } of params.slice(0, -1)) {
      if (param.variadic) this.report('Variadic argument must be the last argument.', span)
    }
    return variadicLast(params.map((p) => p.param))
  }

  private param(): Param | undefined {
    const variadic = this.open('...')
    const name = this.name() ?? (variadic ? this.fail('identifier') : undefined)
    if (name === undefined) return undefined
    this.nl()
    return { name, variadic, type: this.annotatedType() }
  }

  // ---------------------------------------------------------------- migrations

  private migrationItem(): Body | undefined {
    const keyword = this.wordOf(STATEMENTS)
    if (keyword === undefined) return undefined
    this.ws()
    const statement = this.migrationStatement(keyword)
    return { keyword, name: undefined, value: { kind: 'migration', statement, span: statement.span } }
  }

  private migrationStatement({ text, span }: Name): MigrationStatement {
    const kind = text as StatementKind
    if (!isStatement(kind)) throw new Error(`no migration ${text}`)
    switch (kind) {
      case 'add_wildcard':
        return { kind, span }
      case 'add':
      case 'drop': {
        const field = this.path()
        return { kind, field, span: join(span, field.span) }
      }
      case 'move_conflicts':
      case 'move_wildcard': {
        const into = this.path()
        return { kind, into, span: join(span, into.span) }
      }
      case 'move': {
        const field = this.path()
        const to = this.target()
        return { kind, field, to, span: join(span, to.span) }
      }
      case 'split':
        return this.split(span)
      case 'backfill': {
        const field = this.path()
        this.ws()
        this.require('=')
        const value = this.requireExpression()
        return { kind, field, value, span: join(span, value.span) }
      }
    }
  }

  private split(span: Span): MigrationStatement {
    const field = this.path()
    const to = [this.target()]
    while (this.code() === COMMA && this.comma()) to.push(this.path())
    return { kind: 'split', field, to, span: join(span, to.at(-1)!.span) }
  }

  /** `-> .path` */
  private target(): FieldPath {
    this.ws()
    this.require('->')
    return this.path()
  }

  /** An expression that must be a path. */
  private path(): FieldPath {
    const expr = this.requireExpression(true)
    return fieldPathOf(expr, (d) => this.reject(d.message, d.span))
  }
}

const SEMICOLON = 0x3b
const LINE_FEED = 0x0a
const CLOSE_PAREN = 0x29
const COMMA = 0x2c

const variadicLast = (params: readonly Param[]): Param[] => [
  ...params.filter((p) => !p.variadic),
  ...params.filter((p) => p.variadic),
]
