/**
 * A text or a number is a type of its own, so arguments that differ with every request would be checked anew each time.
 * But the checker asks nothing of a literal except its kind and whether it is the same as another one. Where neither
 * the query nor the schema has the literal, any other of its kind does as well: a stand-in, which is the same for all.
 */
import { Double, isArray, ObjectValue, type Value } from '#src/fql/values/value.ts'

/** More literals are too many types to make a key of with every request. */
const MAX_LITERALS = 32

/** Digits that all stand-ins hold. */
const MARK = '20713954'
const textStandIn = (n: number): Value => `${MARK}-${n}`
const intStandIn = (n: number): Value => Number(MARK) * 100 + n
const longStandIn = (n: number): Value => BigInt(MARK) * 10n ** 11n + BigInt(n)
const doubleStandIn = (n: number): Value => new Double(Number(`${MARK}.${100 + n}`))

/** Where literals are written: the text of a query, the types of a schema. */
export class Literals {
  private readonly text: string
  /** Texts may not stand there as they are: with escapes, in lines that are cut. */
  private readonly anyText: boolean
  /** Numbers may not: with underscores, exponents, in other bases. */
  private readonly anyNumber: boolean

  constructor(text: string) {
    this.text = text
    const hasMark = text.includes(MARK)
    this.anyText = hasMark || text.includes('\\') || text.includes('<<')
    this.anyNumber = hasMark || /\d[_a-z]/i.test(text)
  }

  /** Whether it may be a literal there. */
  has(literal: string | number | bigint): boolean {
    if (typeof literal === 'string') return this.anyText || this.text.includes(literal)
    return this.anyNumber || this.text.includes(String(literal).replace('-', ''))
  }
}

/** Whether a type that was found with stand-ins tells of one, and so differs with what it stands for. */
export const tellsOfStandIn = (staticType: string): boolean => staticType.includes(MARK)

/**
 * The values with stand-ins for the literals that are nowhere `written`, the same one for the same literal; undefined:
 * they hold none of these, or too many literals.
 */
export function withStandIns(
  values: readonly Value[],
  written: readonly Literals[],
): readonly Value[] | undefined {
  const standIns = new StandIns(written)
  const replaced = values.map((v) => standIns.replace(v))
  return standIns.areUsed && !standIns.tooMany ? replaced : undefined
}

class StandIns {
  private readonly written: readonly Literals[]
  private readonly made = new Map<string, Value>()
  private literals = 0

  constructor(written: readonly Literals[]) {
    this.written = written
  }

  get areUsed(): boolean {
    return this.made.size > 0
  }

  get tooMany(): boolean {
    return this.literals > MAX_LITERALS
  }

  replace(v: Value): Value {
    if (this.tooMany) return v
    if (typeof v === 'string') return this.literal(v, v, textStandIn)
    if (typeof v === 'number') return this.literal(v, v, intStandIn)
    if (typeof v === 'bigint')
      return this.literal(v, v, BigInt.asIntN(32, v) === v ? intStandIn : longStandIn)
    if (v instanceof Double) return Number.isFinite(v.value) ? this.literal(v, v.value, doubleStandIn) : v
    if (isArray(v)) return v.map((element) => this.replace(element))
    if (!(v instanceof ObjectValue)) return v
    return new ObjectValue(new Map([...v.fields].map(([name, x]) => [name, this.replace(x)])))
  }

  private literal(v: Value, literal: string | number | bigint, standIn: (n: number) => Value): Value {
    this.literals++
    if (this.written.some((w) => w.has(literal))) return v
    const key = `${typeof v === 'bigint' ? 'number' : typeof v} ${literal}`
    let made = this.made.get(key)
    if (made === undefined) {
      made = standIn(this.made.size)
      this.made.set(key, made)
    }
    return made
  }
}
