/** `==` (spec/language.md §2.3): defined for every pair, never fails. */

import type { Context } from '#src/fql/eval/context.ts'
import { parseId } from '#src/fql/eval/runtime-type.ts'
import type { Eventual } from '#src/lib/eventual.ts'
import { DocValue } from './document.ts'
import { LambdaValue, NativeFunctionValue, UserFunctionValue } from './function.ts'
import { KnownPairs } from './known-pairs.ts'
import { ModuleValue } from './module.ts'
import { compareDocuments, compareNumbers, compareValues } from './order.ts'
import { CursorValue, EventSourceValue, SetValue } from './set.ts'
import { IdValue, isArray, isNull, isNumber, ObjectValue, TransactionTimeValue, type Value } from './value.ts'

/** A document equals null when it does not exist or cannot be read, hence the context and the eventual answer. */
export function equals(ctx: Context, a: Value, b: Value): Eventual<boolean> {
  if (a instanceof DocValue && isNull(b)) return isMissing(ctx, a)
  if (b instanceof DocValue && isNull(a)) return isMissing(ctx, b)
  return sameValue(a, b)
}

function isMissing(ctx: Context, doc: DocValue): Eventual<boolean> {
  const cause = ctx.host.missing(ctx, doc)
  return cause instanceof Promise ? cause.then((c) => c !== undefined) : cause !== undefined
}

/** Equality that reads nothing. `known`: of the comparison that this one is a part of. */
export function sameValue(a: Value, b: Value, known?: KnownPairs): boolean {
  if (a === b) return true
  if (typeof a === 'string' && typeof b === 'string') return false
  if (isNumber(a)) return isNumber(b) ? compareNumbers(a, b) === 0 : b instanceof IdValue && sameId(b, a)
  if (a instanceof IdValue) return sameId(a, b)
  if (b instanceof IdValue) return sameId(b, a)
  if (a instanceof DocValue) return b instanceof DocValue && compareDocuments(a, b) === 0
  if (isArray(a)) return isArray(b) && sameList(a, b, known ?? new KnownPairs())
  if (typeof a !== 'object' || typeof b !== 'object' || isArray(b)) return false
  if (a instanceof ObjectValue) return b instanceof ObjectValue && sameObject(a, b, known ?? new KnownPairs())
  if (a.kind !== b.kind) return false
  return sameOfKind(a, b, known ?? new KnownPairs())
}

function sameOfKind(a: Value, b: Value, known: KnownPairs): boolean {
  if (a instanceof SetValue) return b instanceof SetValue && sameSet(a, b, known)
  if (a instanceof CursorValue)
    return b instanceof CursorValue && a.pageSize === b.pageSize && sameSet(a.set, b.set, known)
  if (a instanceof EventSourceValue) return b instanceof EventSourceValue && sameSet(a.set, b.set, known)
  if (a instanceof LambdaValue) return b instanceof LambdaValue && sameLambda(a, b, known)
  if (a instanceof NativeFunctionValue)
    return (
      b instanceof NativeFunctionValue && a.definition === b.definition && sameValue(a.self, b.self, known)
    )
  if (a instanceof UserFunctionValue) return b instanceof UserFunctionValue && a.name === b.name
  if (a instanceof ModuleValue) return b instanceof ModuleValue && a.name === b.name
  if (a instanceof TransactionTimeValue) return b instanceof TransactionTimeValue
  return compareValues(a, b) === 0
}

function sameId(id: IdValue, other: Value): boolean {
  if (other instanceof IdValue) return id.id === other.id
  if (isNumber(other)) return compareNumbers(id.id, other) === 0
  return typeof other === 'string' && parseId(other) === id.id
}

function sameList(a: readonly Value[], b: readonly Value[], known: KnownPairs): boolean {
  if (a.length !== b.length) return false
  if (known.has(a, b)) return true
  const same = a.every((v, i) => sameValue(v, b[i] as Value, known))
  if (same) known.add(a, b)
  return same
}

function sameObject(a: ObjectValue, b: ObjectValue, known: KnownPairs): boolean {
  if (a.fields.size !== b.fields.size) return false
  if (known.has(a, b)) return true
  for (const [key, value] of a.fields) {
    const other = b.fields.get(key)
    if (other === undefined || !sameValue(value, other, known)) return false
  }
  known.add(a, b)
  return true
}

function sameSet(a: SetValue, b: SetValue, known: KnownPairs): boolean {
  if (a.shape !== b.shape) return false
  const xs = a.parts()
  const ys = b.parts()
  return (
    xs.length === ys.length &&
    xs.every((x, i) => {
      const y = ys[i]
      return x === undefined || y === undefined ? x === y : sameValue(x, y, known)
    })
  )
}

const sameLambda = (a: LambdaValue, b: LambdaValue, known: KnownPairs): boolean =>
  a.code.expr === b.code.expr && sameList(a.captured, b.captured, known)
