/** The text of a type without variables (spec/language.md §3.7). */
import { isFloat } from '#src/fql/types/literals.ts'
import type { FunctionParameter, FunctionType, LiteralValue, RecordType, Type } from '#src/fql/types/type.ts'

const RESERVED = new Set([
  'if',
  'else',
  'at',
  'match',
  'case',
  'let',
  'null',
  'true',
  'false',
  'isa',
  'join',
  'on',
  'of',
])
const BARE = /^[a-zA-Z_][a-zA-Z0-9_]*$/

/** As read back by the type parser, except for `A - Null`, `T as A` and projections, which are only printed. */
export const printType = (type: Type): string => {
  switch (type.kind) {
    case 'any':
      return type.poison ? '_' : 'Any'
    case 'never':
      return 'Never'
    case 'literal':
      return printLiteral(type.value)
    case 'named':
      return type.args.length === 0 ? type.name : `${type.name}<${type.args.map(printType).join(', ')}>`
    case 'parameter':
    case 'rigid':
      return type.name
    case 'tuple':
      return `[${type.elements.map(printType).join(', ')}]`
    case 'record':
      return printRecord(type)
    case 'interface':
      return `{ ${printKey(type.name)}: ${printType(type.type)}, ... }`
    case 'function':
      return `${printParams(type)} => ${printType(type.result)}`
    case 'union':
      return type.members.map(inUnion).join(' | ')
    case 'intersection':
      return printIntersection(type.members)
    case 'minus':
      return `${inIntersection(type.base)} - Null`
    case 'apply':
      return `${printUses(type.args)} => ${printType(type.result)}`
    case 'access':
      return `.[${type.args.map(printType).join(', ')}] => ${printType(type.result)}`
    case 'project':
      return `.{ ${printType(type.lambda)} } => ${printType(type.result)}`
    case 'recursive':
      return `${parenthesised(type.body)} as ${type.name}`
    case 'guard':
      return printType(type.use)
    case 'variable':
      return 'Any'
  }
}

const printLiteral = (value: LiteralValue): string => {
  if (typeof value === 'string') return quote(value)
  return isFloat(value) ? value.float : String(value)
}

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['\\', '\\\\'],
  ['"', '\\"'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
  ['\v', '\\v'],
  ['\b', '\\b'],
  ['\f', '\\f'],
  ['\0', '\\0'],
])

/** Double-quoted, readable by the parser; `#` only needs a backslash where it would interpolate. */
const quote = (text: string): string =>
  `"${text.replace(/[\\"\n\r\t\v\b\f\0]|#(?=\{)/g, (c) => ESCAPES.get(c) ?? `\\${c}`)}"`

export const printKey = (key: string): string => (BARE.test(key) && !RESERVED.has(key) ? key : quote(key))

const printRecord = (type: RecordType): string => {
  const parts: string[] = []
  for (const [key, field] of type.fields) parts.push(`${printKey(key)}: ${printType(field)}`)
  if (type.wildcard) parts.push(`*: ${printType(type.wildcard)}`)
  return parts.length === 0 ? '{}' : `{ ${parts.join(', ')} }`
}

const printParams = (type: FunctionType): string => {
  const only = type.params[0]
  if (only && type.params.length === 1 && only.name === undefined && !type.variadic)
    return only.type.kind === 'function' ? parenthesised(only.type) : printType(only.type)
  const params = type.params.map((param) => printParam(param, ''))
  if (type.variadic) params.push(printParam(type.variadic, '...'))
  return `(${params.join(', ')})`
}

const printParam = (param: FunctionParameter, dots: string): string => {
  const text = `${dots}${param.type.kind === 'function' ? parenthesised(param.type) : printType(param.type)}`
  return param.name === undefined ? text : `${param.name}: ${text}`
}

const printUses = (args: readonly Type[]): string =>
  args.length === 1 && args[0]!.kind !== 'function'
    ? printType(args[0]!)
    : `(${args.map((arg) => (arg.kind === 'function' ? parenthesised(arg) : printType(arg))).join(', ')})`

const parenthesised = (type: Type): string => `(${printType(type)})`

const inUnion = (type: Type): string =>
  type.kind === 'function' || type.kind === 'minus' || type.kind === 'apply' || type.kind === 'project'
    ? parenthesised(type)
    : printType(type)

/** Interfaces are shown as one: `{ a: A, b: B, ... }` is how several are written. */
const printIntersection = (members: readonly Type[]): string => {
  const fields: string[] = []
  for (const member of members)
    if (member.kind === 'interface') fields.push(`${printKey(member.name)}: ${printType(member.type)}`)
  if (fields.length < 2) return members.map(inIntersection).join(' & ')
  const others = members.filter((member) => member.kind !== 'interface').map(inIntersection)
  return [...others, `{ ${fields.join(', ')}, ... }`].join(' & ')
}

const inIntersection = (type: Type): string => (type.kind === 'union' ? parenthesised(type) : inUnion(type))
