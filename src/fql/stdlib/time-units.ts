/** Units of time and amounts of them (spec/stdlib.md §7.3). */
import { trimSpace } from '#src/fql/values/number-text.ts'

const DAY = 86_400_000_000_000n
const NANOS: ReadonlyMap<string, bigint> = new Map([
  ['day', DAY],
  ['half day', DAY / 2n],
  ['hour', DAY / 24n],
  ['minute', DAY / 1440n],
  ['second', 1_000_000_000n],
  ['millisecond', 1_000_000n],
  ['microsecond', 1000n],
  ['nanosecond', 1n],
])

/** Nanoseconds of a unit in singular or plural; undefined: no such unit. */
export function nanosOfUnit(unit: string): bigint | undefined {
  const name = trimSpace(unit)
  return NANOS.get(name.endsWith('s') ? name.slice(0, -1) : name)
}
