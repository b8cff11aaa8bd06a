import { isDisplayable } from './characters.ts'
import type {
  BinaryExpr,
  BlockExpr,
  ChainExpr,
  Component,
  Expr,
  FunctionType,
  FunctionTypeParam,
  IsaExpr,
  LambdaExpr,
  ObjectType,
  ObjectTypeField,
  ProjectExpr,
  Statement,
  TemplateExpr,
  TypeExpr,
  TypeScheme,
} from './tree.ts'
import { isReserved } from './words.ts'

/** Whether `text` can stand as a bare name where names are printed: no apostrophes, no reserved words. */
export const isIdentifier = (text: string): boolean =>
  /^[A-Za-z_][A-Za-z0-9_]*$/.test(text) && !isReserved(text)

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['\\', '\\\\'],
  ['\0', '\\0'],
  ['"', '\\"'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\v', '\\v'],
  ['\t', '\\t'],
  ['\b', '\\b'],
  ['\f', '\\f'],
  ['#', '\\#'],
])

/** A string as FQL text in double quotes. */
export const printString = (text: string): string => `"${escaped(text)}"`

const escaped = (text: string): string => {
  let out = ''
  for (const c of text) out += ESCAPES.get(c) ?? printCharacter(c)
  return out
}

const printCharacter = (c: string): string => {
  const point = c.codePointAt(0)!
  if (point > 0xffff) return `\\u{${point.toString(16).padStart(6, '0')}}`
  return isDisplayable(point) ? c : `\\u${point.toString(16).padStart(4, '0')}`
}

/** The name of a field: bare, or in quotes. */
export const printKey = (key: string): string => (isIdentifier(key) ? key : printString(key))

// ---------------------------------------------------------------- expressions

/**
 * An expression as the canonical FQL text that is stored, which parses to the same tree (spec/schema.md §3).
 * Lines after the first are indented by `indent`.
 */
export const printExpr = (e: Expr, indent = ''): string => {
  switch (e.kind) {
    case 'id':
      return e.name
    case 'it':
      return ''
    case 'null':
      return 'null'
    case 'boolean':
    case 'int':
      return String(e.value)
    case 'float':
      return printDecimal(e.text)
    case 'string':
      return printString(e.value)
    case 'template':
      return printTemplate(e, indent)
    case 'if':
      return `if (${printExpr(e.condition, indent)}) ${printExpr(e.then, indent)}${
        e.else ? ` else ${printExpr(e.else, indent)}` : ''
      }`
    case 'at':
      return `at (${printExpr(e.time, indent)}) ${printExpr(e.body, indent)}`
    case 'match':
      // The cases are not in the tree.
      return e.span.source.text.slice(e.span.start, e.span.end)
    case 'lambda':
      return printLambda(e, indent)
    case 'binary':
    case 'isa':
      return printOperators(e, indent)
    case 'unary':
      return printUnary(e.operator, printExpr(e.operand, indent))
    case 'chain':
      return printChain(e, indent)
    case 'project':
      return printProjection(e, indent)
    case 'project-all':
      return `${printExpr(e.value, indent)} { * }\n${indent}`
    case 'tuple':
      return `(${printList(e.elements, indent)})`
    case 'array':
      return `[${printList(e.elements, indent)}]`
    case 'object':
      return printFields(
        e.fields.map((f) => [f.key.text, f.value]),
        indent,
      )
    case 'block':
      return printBlock(e, indent)
  }
}

/** A decimal number by its digits and the power of ten of the last, as in `1.5`, `1E+30`, `1.25E-8`. */
const printDecimal = (text: string): string => {
  const [mantissa = '', exponent = '0'] = text.replace(/^-/, '').split(/[eE]/)
  const [whole = '', fraction = ''] = mantissa.split('.')
  const digits = (whole + fraction).replace(/^0+(?=.)/, '')
  // An exponent may have any number of digits.
  const scale = BigInt(fraction.length) - BigInt(exponent.replace('+', ''))
  return (text.startsWith('-') ? '-' : '') + placeDecimals(digits, scale)
}

/** `digits` × 10^-`scale`: with a point where that is short, else with an exponent, as Java's BigDecimal has it. */
export const placeDecimals = (digits: string, scale: bigint): string => {
  const power = BigInt(digits.length - 1) - scale
  if (scale < 0n || power < -6n) {
    const point = digits.length > 1 ? `${digits[0]}.${digits.slice(1)}` : digits
    return power === 0n ? point : `${point}E${power > 0n ? '+' : ''}${power}`
  }
  if (scale === 0n) return digits
  const places = Number(scale)
  const padded = digits.padStart(places + 1, '0')
  return `${padded.slice(0, -places)}.${padded.slice(-places)}`
}

const printList = (list: readonly Expr[], indent: string): string =>
  list.map((e) => printExpr(e, indent)).join(', ')

const printTemplate = (e: TemplateExpr, indent: string): string =>
  `"${e.parts.map((p) => (typeof p === 'string' ? escaped(p) : `#{${printExpr(p, indent)}}`)).join('')}"`

const printLambda = (e: LambdaExpr, indent: string): string => {
  if (e.short) return printExpr(e.body, indent)
  const params = e.params.map((p) => p.text)
  if (e.variadic) params.push(`...${e.variadic.text}`)
  return `(${params.join(', ')}) => ${printExpr(e.body, indent)}`
}

/** Chains of operators can be as long as a query: without recursion to the left. */
const printOperators = (e: BinaryExpr | IsaExpr, indent: string): string => {
  const parts: string[] = []
  let left: Expr = e
  while (left.kind === 'binary' || left.kind === 'isa') {
    parts.push(left.kind === 'isa' ? `isa ${printExpr(left.type, indent)}` : printRight(left, indent))
    left = left.kind === 'isa' ? left.value : left.left
  }
  parts.push(printExpr(left, indent))
  return parts.reverse().join(' ')
}

const printRight = (e: BinaryExpr, indent: string): string => `${e.operator} ${printExpr(e.right, indent)}`

/** A minus in front of digits would become theirs: `--0` is the negation of the literal `-0`, which is 0. */
const printUnary = (operator: string, operand: string): string =>
  operator === '-' && /^\d/.test(operand) ? `-(${operand})` : operator + operand

const printChain = (e: ChainExpr, indent: string): string => {
  const short = e.head.kind === 'it'
  const components = e.components.map((c, i) => printComponent(c, short && i === 0, indent))
  return printExpr(e.head, indent) + components.join('')
}

/** `first`: begins a short lambda, where calls and indexes have a dot too. */
const printComponent = (c: Component, first: boolean, indent: string): string => {
  const dot = c.kind !== 'bang' && c.optional ? '?.' : first ? '.' : ''
  switch (c.kind) {
    case 'bang':
      return '!'
    case 'select':
      return `${dot || '.'}${c.name.text}`
    case 'method':
      return `${dot || '.'}${c.name.text}${c.optionalCall ? '?.' : ''}(${printList(c.args, indent)})`
    case 'apply':
      return `${dot}(${printList(c.args, indent)})`
    case 'access':
      return `${dot}[${printList(c.args, indent)}]`
  }
}

const printProjection = (e: ProjectExpr, indent: string): string => {
  const fields = printFields(
    e.fields.map((f) => [f.name.text, f.value]),
    indent,
    (name) => name,
  )
  // A projection ends a line: nothing but what may begin one can follow it.
  return `${printExpr(e.value, indent)} ${fields}\n${indent}`
}

const printFields = (fields: readonly [string, Expr][], indent: string, key = printKey): string => {
  const inner = `${indent}  `
  const lines = fields.map(([name, value]) => `\n${inner}${key(name)}: ${printExpr(value, inner)}`)
  return `{${lines.join(',')}\n${indent}}`
}

const printBlock = (e: BlockExpr, indent: string): string => {
  const inner = `${indent}  `
  return `{\n${e.statements.map((s) => `${inner}${printStatement(s, inner)}\n`).join('')}${indent}}`
}

const printStatement = (s: Statement, indent: string): string => {
  if (s.kind === 'expr') return printExpr(s.value, indent)
  return `let ${s.name.text}${s.type ? `: ${printType(s.type)}` : ''} = ${printExpr(s.value, indent)}`
}

// ---------------------------------------------------------------- types

/** How tightly the operators of types bind; 0 for what stands alone. */
const FUNCTION = 1
const UNION = 2
const INTERSECTION = 3
const NULLABLE = 4

/** A type as FQL text that parses to the same tree, all on one line. */
export const printType = (t: TypeExpr): string => printWithin(t, 0)

export const printTypeScheme = ({ params, type }: TypeScheme): string =>
  params.length === 0 ? printType(type) : `<${params.join(', ')}> ${printType(type)}`

/** In parentheses where the operator around it binds tighter than its own. */
const printWithin = (t: TypeExpr, around: number): string => {
  switch (t.kind) {
    case 'any':
      return 'Any'
    case 'never':
      return 'Never'
    case 'literal':
      return typeof t.value === 'string' ? printString(t.value) : String(t.value)
    case 'named':
      return t.name
    case 'generic':
      return `${t.name.text}<${t.args.map(printType).join(', ')}>`
    case 'object':
      return printObjectType(t)
    case 'tuple':
      return `[${t.elements.map(printType).join(', ')}]`
    case 'function':
      return parenthesised(printFunction(t), around > FUNCTION)
    case 'union':
      return parenthesised(t.members.map((m) => printWithin(m, UNION + 1)).join(' | '), around > UNION)
    case 'intersection':
      return parenthesised(
        t.members.map((m) => printWithin(m, INTERSECTION + 1)).join(' & '),
        around > INTERSECTION,
      )
    case 'nullable':
      return `${printWithin(t.base, NULLABLE)}?`
  }
}

const parenthesised = (text: string, needed: boolean): string => (needed ? `(${text})` : text)

const printObjectType = ({ fields, wildcard, interface: open }: ObjectType): string => {
  const parts = fields.map(printTypeField)
  if (wildcard) parts.push(`*: ${printType(wildcard)}`)
  if (open) parts.push('...')
  return parts.length === 0 ? '{}' : `{ ${parts.join(', ')} }`
}

const printTypeField = ({ key, type, default: value }: ObjectTypeField): string =>
  `${printKey(key.text)}: ${printType(type)}${value ? ` = ${printExpr(value)}` : ''}`

const printFunction = ({ params, variadic, result }: FunctionType): string => {
  const [first] = params
  const bare = first !== undefined && params.length === 1 && !variadic && !first.name
  const list = params.map((p) => printParam(p, ''))
  if (variadic) list.push(printParam(variadic, '...'))
  return `${bare ? printWithin(first.type, FUNCTION + 1) : `(${list.join(', ')})`} => ${printWithin(result, FUNCTION)}`
}

const printParam = ({ name, type }: FunctionTypeParam, dots: string): string =>
  `${name ? `${name.text}: ` : ''}${dots}${printType(type)}`
