/** The canonical text of expressions and types (spec/schema.md §3): what schema documents hold. */
import { isDisplayable } from '#src/fql/syntax/characters.ts'
import type {
  ChainExpr,
  Component,
  Expr,
  FunctionType,
  FunctionTypeParam,
  LambdaExpr,
  ObjectType,
  Statement,
  TypeExpr,
} from '#src/fql/syntax/tree.ts'
import { isReserved } from '#src/fql/syntax/words.ts'

const INDENT = '  '

/** Shifts every line after the first one level to the right. Canonical text has no raw newline inside a string. */
export const indentRest = (text: string): string => text.replaceAll('\n', `\n${INDENT}`)

/** `[a-zA-Z_][a-zA-Z0-9_]*`, not reserved (spec/schema.md §6.1). */
export const isIdentifier = (name: string): boolean =>
  /^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name) && !isReserved(name)

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

/** In double quotes. */
export const printString = (text: string): string => `"${escaped(text)}"`

const escaped = (text: string): string => Array.from(text, escapedCharacter).join('')

const escapedCharacter = (c: string): string => {
  const short = ESCAPES.get(c)
  if (short !== undefined) return short
  const point = c.codePointAt(0)!
  if (point > 0xffff) return `\\u{${point.toString(16).padStart(6, '0')}}`
  return isDisplayable(point) ? c : `\\u${point.toString(16).padStart(4, '0')}`
}

/** The name of a field: bare, or in quotes. */
export const printKey = (name: string): string => (isIdentifier(name) ? name : printString(name))

/** One entry a line, separated by commas. */
const lines = (entries: readonly string[]): string =>
  entries.map((e, i) => `${INDENT}${indentRest(e)}${i < entries.length - 1 ? ',' : ''}\n`).join('')

const list = (exprs: readonly Expr[]): string => exprs.map(printExpr).join(', ')

export const printExpr = (expr: Expr): string => {
  switch (expr.kind) {
    case 'id':
      return expr.name
    case 'it':
      return ''
    case 'null':
      return 'null'
    case 'boolean':
    case 'int':
      return String(expr.value)
    case 'float':
      return decimalText(expr.text)
    case 'string':
      return printString(expr.value)
    case 'template':
      return `"${expr.parts.map((p) => (typeof p === 'string' ? escaped(p) : `#{${printExpr(p)}}`)).join('')}"`
    case 'if': {
      const otherwise = expr.else ? ` else ${printExpr(expr.else)}` : ''
      return `if (${printExpr(expr.condition)}) ${printExpr(expr.then)}${otherwise}`
    }
    case 'at':
      return `at (${printExpr(expr.time)}) ${printExpr(expr.body)}`
    case 'match':
      // Its cases are not kept: it is never evaluated.
      return `match ${printExpr(expr.value)} {}`
    case 'lambda':
      return expr.short ? printExpr(expr.body) : `${lambdaHead(expr)} => ${printExpr(expr.body)}`
    case 'binary':
      return `${printExpr(expr.left)} ${expr.operator} ${printExpr(expr.right)}`
    case 'unary':
      return `${expr.operator}${printExpr(expr.operand)}`
    case 'isa':
      return `${printExpr(expr.value)} isa ${printExpr(expr.type)}`
    case 'chain':
      return printChain(expr)
    case 'project': {
      const fields = expr.fields.map((f) => `${printKey(f.name.text)}: ${printExpr(f.value)}`)
      return `${printExpr(expr.value)} {\n${lines(fields)}}\n`
    }
    case 'project-all':
      return `${printExpr(expr.value)} { * }\n`
    case 'object':
      return `{\n${lines(expr.fields.map((f) => `${printKey(f.key.text)}: ${printExpr(f.value)}`))}}`
    case 'tuple':
      return `(${list(expr.elements)})`
    case 'array':
      return `[${list(expr.elements)}]`
    case 'block':
      return `{\n${expr.statements.map((s) => `${INDENT}${indentRest(printStatement(s))}\n`).join('')}}`
  }
}

const lambdaHead = (lambda: LambdaExpr): string => {
  const params = lambda.params.map((p) => p.text)
  if (lambda.variadic) params.push(`...${lambda.variadic.text}`)
  return `(${params.join(', ')})`
}

/** A short lambda that begins with brackets keeps the dot before them. */
const printChain = ({ head, components }: ChainExpr): string => {
  const first = components[0]?.kind
  const dot = head.kind === 'it' && (first === 'access' || first === 'apply') ? '.' : ''
  return printExpr(head) + dot + components.map(printComponent).join('')
}

const printComponent = (c: Component): string => {
  switch (c.kind) {
    case 'bang':
      return '!'
    case 'select':
      return `${c.optional ? '?.' : '.'}${c.name.text}`
    case 'method':
      return `${c.optional ? '?.' : '.'}${c.name.text}${c.optionalCall ? '?.' : ''}(${list(c.args)})`
    case 'apply':
      return `${c.optional ? '?.' : ''}(${list(c.args)})`
    case 'access':
      return `${c.optional ? '?.' : ''}[${list(c.args)}]`
  }
}

const printStatement = (s: Statement): string => {
  if (s.kind === 'expr') return printExpr(s.value)
  return `let ${s.name.text}${s.type ? `: ${printType(s.type)}` : ''} = ${printExpr(s.value)}`
}

/** A decimal number as Java's BigDecimal writes it. */
const decimalText = (text: string): string => {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] =
    /^([-+]?)(\d*)\.?(\d*)(?:[eE]([-+]?\d+))?$/.exec(text) ?? []
  const digits = (whole + fraction).replace(/^0+(?=\d)/, '')
  const scale = fraction.length - Number(exponent)
  const power = digits.length - 1 - scale
  const minus = sign === '-' ? '-' : ''
  if (scale >= 0 && power >= -6) return minus + plainDecimal(digits, scale)
  const mantissa = digits.length > 1 ? `${digits[0]}.${digits.slice(1)}` : digits
  return `${minus}${mantissa}${power === 0 ? '' : `E${power > 0 ? '+' : ''}${power}`}`
}

const plainDecimal = (digits: string, scale: number): string => {
  if (scale === 0) return digits
  const padded = digits.padStart(scale + 1, '0')
  return `${padded.slice(0, -scale)}.${padded.slice(-scale)}`
}

// ---------------------------------------------------------------- types

/** How tightly a place binds: what binds less gets parentheses. */
const LOOSE = 0
const IN_FUNCTION = 10
const IN_PARAMETER = 11
const IN_UNION = 20
const IN_INTERSECTION = 30
const IN_NULLABLE = 50

export const printType = (type: TypeExpr): string => typeAt(type, LOOSE)

const typeAt = (type: TypeExpr, place: number): string => {
  const parenthesised = (text: string, binding: number): string => (place > binding ? `(${text})` : text)
  switch (type.kind) {
    case 'any':
      return 'Any'
    case 'never':
      return 'Never'
    case 'literal':
      return typeof type.value === 'string' ? printString(type.value) : String(type.value)
    case 'named':
      return type.name
    case 'generic':
      return `${type.name.text}<${type.args.map(printType).join(', ')}>`
    case 'object':
      return printObjectType(type)
    case 'tuple':
      return `[${type.elements.map(printType).join(', ')}]`
    case 'function':
      return parenthesised(`${functionParams(type)} => ${typeAt(type.result, IN_FUNCTION)}`, IN_FUNCTION)
    case 'union':
      return parenthesised(type.members.map((m) => typeAt(m, IN_UNION)).join(' | '), IN_UNION)
    case 'intersection':
      return parenthesised(type.members.map((m) => typeAt(m, IN_INTERSECTION)).join(' & '), IN_INTERSECTION)
    case 'nullable':
      return `${typeAt(type.base, IN_NULLABLE)}?`
  }
}

const printObjectType = (type: ObjectType): string => {
  const members = type.fields.map((f) => {
    const value = f.default ? ` = ${printExpr(f.default)}` : ''
    return `${printKey(f.key.text)}: ${printType(f.type)}${value}`
  })
  if (type.wildcard) members.push(`*: ${printType(type.wildcard)}`)
  if (type.interface) members.push('...')
  return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`
}

const functionParams = ({ params, variadic }: FunctionType): string => {
  const [only] = params
  if (only !== undefined && params.length === 1 && !variadic) {
    const type = typeAt(only.type, IN_PARAMETER)
    return only.name ? `(${only.name.text}: ${type})` : type
  }
  const list = params.map((p) => functionParam(p, ''))
  if (variadic) list.push(functionParam(variadic, '...'))
  return `(${list.join(', ')})`
}

const functionParam = ({ name, type }: FunctionTypeParam, dots: string): string =>
  `${name ? `${name.text}: ` : ''}${dots}${typeAt(type, IN_FUNCTION)}`
