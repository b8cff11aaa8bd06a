/** The text of a type without variables (spec/language.md §3.7). */
import { isIdentifier, printString } from '#src/fql/syntax/print.ts'
import { isFloat } from '#src/fql/types/literals.ts'
import type { FunctionParameter, FunctionType, LiteralValue, RecordType, Type } from '#src/fql/types/type.ts'

/** What binds a printed part to its surroundings; looser parts are parenthesised in tighter ones. */
const LOOSE = 0
const FUNCTION = 10
const MINUS = 15
const UNION = 20
const INTERSECTION = 30
const RECURSIVE = 40
const TIGHT = 50

/** As read back by the type parser, except for `A - Null`, `T as A` and projections, which are only printed. */
export const printType = (type: Type): string => print(type, LOOSE)

const print = (type: Type, around: number): string => {
  const all = (types: readonly Type[], inside: number = LOOSE) => types.map((t) => print(t, inside))
  const within = (own: number, text: string) => (around > own ? `(${text})` : text)
  switch (type.kind) {
    case 'any':
      return type.poison ? '_' : 'Any'
    case 'never':
      return 'Never'
    case 'literal':
      return printLiteral(type.value)
    case 'named':
      return type.args.length === 0 ? type.name : `${type.name}<${all(type.args).join(', ')}>`
    case 'parameter':
    case 'rigid':
      return type.name
    case 'tuple':
      return `[${all(type.elements).join(', ')}]`
    case 'record':
      return printRecord(type)
    case 'interface':
      return `{ ${printField(type.name, type.type)}, ... }`
    case 'function':
      return within(FUNCTION, `${printParams(type)} => ${print(type.result, FUNCTION)}`)
    case 'apply':
      return within(FUNCTION, `${printUses(type.args)} => ${print(type.result, FUNCTION)}`)
    case 'access':
      return within(FUNCTION, `.[${all(type.args).join(', ')}] => ${print(type.result, FUNCTION)}`)
    case 'project':
      return `.{ ${print(type.lambda, LOOSE)} } => ${print(type.result, LOOSE)}`
    case 'union':
      return within(UNION, all(type.members, UNION).join(' | '))
    case 'intersection':
      return within(INTERSECTION, printIntersection(type.members))
    case 'minus':
      return within(MINUS, `${print(type.base, TIGHT)} - Null`)
    case 'recursive':
      return within(RECURSIVE, `${print(type.body, TIGHT)} as ${type.name}`)
    case 'guard':
      return print(type.use, around)
    case 'variable':
      return 'Any'
  }
}

const printLiteral = (value: LiteralValue): string => {
  if (typeof value === 'string') return printString(value)
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

export const printKey = (key: string): string => (isIdentifier(key) ? key : quote(key))

const printField = (key: string, type: Type): string => `${printKey(key)}: ${print(type, LOOSE)}`

const printRecord = (type: RecordType): string => {
  const parts = [...type.fields].map(([key, field]) => printField(key, field))
  if (type.wildcard) parts.push(`*: ${print(type.wildcard, LOOSE)}`)
  return parts.length === 0 ? '{}' : `{ ${parts.join(', ')} }`
}

/** Only the parameter of a function of one is parenthesised when it is a function itself. */
const printParams = ({ params, variadic }: FunctionType): string => {
  const only = params.length === 1 && !variadic ? params[0] : undefined
  if (only) {
    const text = print(only.type, FUNCTION + 1)
    return only.name === undefined ? text : `(${only.name}: ${text})`
  }
  const texts = params.map((p) => printParam(p, ''))
  if (variadic) texts.push(printParam(variadic, '...'))
  return `(${texts.join(', ')})`
}

const printParam = ({ name, type }: FunctionParameter, dots: string): string => {
  const text = `${dots}${print(type, FUNCTION)}`
  return name === undefined ? text : `${name}: ${text}`
}

const printUses = (args: readonly Type[]): string =>
  args.length === 1
    ? print(args[0] as Type, FUNCTION + 1)
    : `(${args.map((a) => print(a, FUNCTION)).join(', ')})`

const membersOf = (type: Type): readonly Type[] =>
  type.kind === 'intersection' ? type.members.flatMap(membersOf) : [type]

/** Interfaces are shown as one: `{ a: A, b: B, ... }` is how several are written. */
const printIntersection = (nested: readonly Type[]): string => {
  const members = nested.flatMap(membersOf)
  const interfaces = members.filter((m) => m.kind === 'interface')
  if (interfaces.length < 2) return members.map((m) => print(m, INTERSECTION)).join(' & ')
  const others = members.filter((m) => m.kind !== 'interface').map((m) => print(m, INTERSECTION))
  const written = withDistinctNames(interfaces).map(
    (group) => `{ ${group.map((m) => printField(m.name, m.type)).join(', ')}, ... }`,
  )
  return [...others, ...written].join(' & ')
}

/** In as few groups as it takes for no name to be twice in one. */
function withDistinctNames<T extends { readonly name: string }>(items: readonly T[]): T[][] {
  const groups: T[][] = []
  for (const item of items) {
    const group = groups.find((g) => g.every((other) => other.name !== item.name))
    if (group) group.push(item)
    else groups.push([item])
  }
  return groups
}
