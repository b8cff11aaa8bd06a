/** Which physical indexes of a collection can be kept when its definition or its documents' shape changes (spec/schema.md §14). */
import type { Value } from '#src/fql/values/value.ts'
import type { ResolvedStep } from '#src/schema/migrate/apply.ts'
import type { IndexPart, Path } from './collection.ts'
import { type Backing, IndexDefinitions, indexKey, type WantedIndex } from './index-definitions.ts'

type Fields = ReadonlyMap<string, Value>

export interface IndexPlan {
  readonly backings: readonly Backing[]
  /** Ids of those that have to be filled. */
  readonly fresh: readonly number[]
  /** The next free id. */
  readonly next: number
}

export interface IndexPlanning {
  /** The new definition. */
  readonly fields: Fields
  /** From the shape that `known` was built for to the new one. */
  readonly steps: readonly ResolvedStep[]
  /** Indexes of the present definition. */
  readonly known: readonly Backing[]
  /** Indexes of what was staged before, which fit if their origin does. */
  readonly staged: readonly Backing[]
  /** The first free id. */
  readonly next: number
}

export function planIndexes({ fields, steps, known, staged, next }: IndexPlanning): IndexPlan {
  const definitions = new IndexDefinitions(fields)
  const origins = new Provenance(steps)
  const byKey = new Map(known.map((b) => [b.key, b]))
  const byOrigin = new Map(staged.flatMap((b) => (b.origin === undefined ? [] : [[b.origin, b]])))
  const fresh: number[] = []
  let free = next
  const backings = [...definitions.all().values()].map((wanted): Backing => {
    const origin = originKey(definitions, wanted, origins)
    const kept = origin === undefined ? undefined : (byKey.get(origin) ?? byOrigin.get(origin))
    if (kept) return { key: wanted.key, id: kept.id, origin }
    fresh.push(free)
    return { key: wanted.key, id: free++, origin }
  })
  return { backings, fresh, next: free }
}

/** The key that the index had before the steps; undefined: its values were touched. */
function originKey(
  definitions: IndexDefinitions,
  wanted: WantedIndex,
  origins: Provenance,
): string | undefined {
  if (!origins.hasMoved) return wanted.key
  // What a computed field reads may have changed.
  if (definitions.usesComputed(wanted)) return undefined
  const terms = originParts(wanted.terms, origins)
  const values = originParts(wanted.values, origins)
  return terms && values && indexKey(terms, values, definitions.bodies)
}

function originParts(parts: readonly IndexPart[], origins: Provenance): IndexPart[] | undefined {
  const before = parts.map((p) => {
    const path = origins.of(p.path)
    return path && { ...p, path }
  })
  return before.every((p) => p !== undefined) ? before : undefined
}

const META_FIELDS: ReadonlySet<string> = new Set(['id', 'ts', 'ttl', 'coll'])

/** Where the values at a path came from. */
class Provenance {
  readonly hasMoved: boolean
  private readonly steps: readonly ResolvedStep[]
  constructor(steps: readonly ResolvedStep[]) {
    this.steps = steps.filter((s) => s.kind !== 'add_wildcard' && !keepsValues(s))
    this.hasMoved = this.steps.length > 0
  }

  /** The path before the steps; undefined: a step made or changed what is there. */
  of(path: Path): Path | undefined {
    const [first, ...rest] = path
    if (META_FIELDS.has(String(first))) return path
    // All user fields; those below it are the same as without it.
    if (first === 'data') {
      const origin = rest.length > 0 ? this.of(rest) : undefined
      return origin && [first, ...origin]
    }
    return this.steps.reduceRight<Path | undefined>((later, step) => later && before(later, step), path)
  }
}

/** Adding a field as `Any` leaves the data as it is. */
const keepsValues = (step: ResolvedStep): boolean => step.kind === 'add' && step.type.kind === 'any'

function before(path: Path, step: ResolvedStep): Path | undefined {
  switch (step.kind) {
    case 'add':
    case 'drop':
      return touches(path, step.field) ? undefined : path
    case 'move':
      if (startsWith(path, step.to)) return [...step.field, ...path.slice(step.to.length)]
      return touches(path, step.field) || touches(path, step.to) ? undefined : path
    case 'split':
      return [step.field, ...step.targets.map((t) => t.field)].some((f) => touches(path, f))
        ? undefined
        : path
    case 'move_conflicts':
      return touches(path, step.into) ? undefined : path
    case 'move_wildcard':
      return touches(path, step.into) || !step.except.includes(String(path[0])) ? undefined : path
    case 'add_wildcard':
      return path
  }
}

const startsWith = (path: Path, start: Path): boolean => start.every((name, i) => path[i] === name)
/** One is inside of the other. */
const touches = (path: Path, field: Path): boolean => startsWith(path, field) || startsWith(field, path)
