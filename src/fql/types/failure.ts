/** What can be wrong between a value and its use, and how it is said (spec/language.md §3.5). */
import type { Diagnostic } from '#src/fql/errors/diagnostic.ts'
import { NO_SOURCE, type Span } from '#src/fql/syntax/span.ts'
import { hasSpan, isNull, type Type, union } from '#src/fql/types/type.ts'

export type Failure =
  | { readonly kind: 'not-subtype'; readonly value: Type; readonly use: Type; readonly span: Span }
  | { readonly kind: 'not-literal'; readonly value: Type; readonly use: Type; readonly span: Span }
  | { readonly kind: 'generic'; readonly value: Type; readonly use: Type; readonly span: Span }
  | {
      readonly kind: 'missing-field'
      readonly value: Type
      readonly field: string
      readonly dot: Span
      readonly span: Span
    }
  | { readonly kind: 'extra-field'; readonly value: Type; readonly field: string; readonly span: Span }
  | { readonly kind: 'extra-wildcard'; readonly value: Type; readonly span: Span }
  | { readonly kind: 'no-access'; readonly value: Type; readonly span: Span }
  | { readonly kind: 'no-projection'; readonly value: Type; readonly span: Span }
  | {
      readonly kind: 'not-a-function'
      readonly value: Type
      readonly call: Span | undefined
      readonly span: Span
    }
  | { readonly kind: 'arity'; readonly expected: number; readonly received: number; readonly span: Span }
  | {
      readonly kind: 'tuple-arity'
      readonly expected: number
      readonly received: number
      readonly span: Span
    }
  | { readonly kind: 'index'; readonly index: bigint; readonly length: number; readonly span: Span }
  | { readonly kind: 'escape'; readonly rigid: Type; readonly outer: Span; readonly span: Span }

/** How types are written in messages. */
export interface TypeNames {
  readonly value: (type: Type) => string
  readonly use: (type: Type) => string
}

export const errorAt = (message: string, span: Span, related?: readonly Diagnostic[]): Diagnostic => ({
  kind: 'error',
  message,
  span,
  ...(related && related.length > 0 ? { related } : {}),
})

export const hintAt = (message: string, span: Span, insert?: string): Diagnostic => ({
  kind: 'hint',
  message,
  span,
  ...(insert === undefined ? {} : { suggestion: { text: insert } }),
})

const contains = (outer: Span, inner: Span): boolean =>
  outer.source === inner.source && outer.start <= inner.start && inner.end <= outer.end

/**
 * One error for the failures of one constraint: a single failure stands for itself when it lies inside `span` or
 * says more than "not a subtype"; otherwise the whole is blamed and the failures are its causes.
 */
export const composeError = (
  value: Type,
  use: Type,
  span: Span,
  failures: readonly Failure[],
  names: TypeNames,
): Diagnostic => {
  const merged = mergeAlternatives(failures, names)
  const only = merged.length === 1 ? merged[0]! : undefined
  if (only && (only.kind !== 'not-subtype' || contains(span, only.span))) return failureError(only, names)
  return errorAt(
    `Type \`${names.value(value)}\` is not a subtype of \`${names.use(use)}\``,
    span,
    causes(merged, names),
  )
}

const causes = (failures: readonly Failure[], names: TypeNames): Diagnostic[] => {
  const seen = new Set<string>()
  const result: Diagnostic[] = []
  for (const failure of failures) {
    const error = failureError(failure, names)
    const key = `${error.span.start}:${error.span.end}:${error.message}`
    if (seen.has(key)) continue
    seen.add(key)
    result.push({ ...error, kind: 'cause' })
  }
  // What belongs to a cause stands behind it.
  return result.sort(byPosition).flatMap(({ related = [], ...cause }) => [cause, ...related])
}

const byPosition = (a: Diagnostic, b: Diagnostic): number =>
  a.span.start - b.span.start || (a.message < b.message ? -1 : a.message > b.message ? 1 : 0)

/** "not a subtype" failures of one value at one place become one failure against the union of the uses. */
const mergeAlternatives = (failures: readonly Failure[], names: TypeNames): Failure[] => {
  const result: Failure[] = []
  const groups = new Map<
    string,
    { first: Failure & { kind: 'not-subtype' }; uses: Type[]; texts: Set<string> }
  >()
  for (const failure of failures) {
    if (failure.kind !== 'not-subtype') {
      result.push(failure)
      continue
    }
    const key = `${failure.span.start}:${failure.span.end}:${names.value(failure.value)}`
    const group = groups.get(key)
    const text = names.use(failure.use)
    if (!group) groups.set(key, { first: failure, uses: [failure.use], texts: new Set([text]) })
    else if (!group.texts.has(text)) {
      group.uses.push(failure.use)
      group.texts.add(text)
    }
  }
  for (const { first, uses } of groups.values())
    result.push(uses.length === 1 ? first : { ...first, use: union(uses) })
  return deduplicate(result, names)
}

const deduplicate = (failures: readonly Failure[], names: TypeNames): Failure[] => {
  if (failures.length < 2) return [...failures]
  const seen = new Set<string>()
  return failures.filter((failure) => {
    const error = failureError(failure, names)
    const key = `${error.span.start}:${error.span.end}:${error.message}`
    return !seen.has(key) && seen.add(key)
  })
}

export const failureError = (failure: Failure, names: TypeNames): Diagnostic => {
  const { span } = failure
  switch (failure.kind) {
    case 'not-subtype':
      return errorAt(
        `Type \`${names.value(failure.value)}\` is not a subtype of \`${names.use(failure.use)}\``,
        span,
      )
    case 'not-literal':
      return errorAt(`\`${names.value(failure.value)}\` is not the value \`${names.use(failure.use)}\``, span)
    case 'generic':
      return errorAt(genericMessage(failure.value, failure.use, names), span)
    case 'missing-field':
      return errorAt(
        `Type \`${names.value(failure.value)}\` does not have field \`${failure.field}\``,
        span,
        missingFieldHints(failure, names),
      )
    case 'extra-field':
      return errorAt(`Type \`${names.value(failure.value)}\` contains extra field \`${failure.field}\``, span)
    case 'extra-wildcard':
      return errorAt(`Type \`${names.value(failure.value)}\` cannot have a wildcard`, span)
    case 'no-access':
      return errorAt(`Cannot use \`[]\` operator with type \`${names.value(failure.value)}\``, span)
    case 'no-projection':
      return errorAt(`Cannot use projection with type \`${names.value(failure.value)}\``, span)
    case 'not-a-function':
      return notAFunction(failure.value, failure.call, span, names)
    case 'arity':
      return errorAt(arityMessage(failure.expected, failure.received), span)
    case 'tuple-arity':
      return errorAt(tupleArityMessage(failure.expected, failure.received), span)
    case 'index':
      return errorAt(`Index ${failure.index} out of bounds for length ${failure.length}`, span)
    case 'escape':
      return errorAt(
        `Value cannot be constrained by inner generic type \`${names.use(failure.rigid)}\``,
        span,
        [
          hintAt('Generic type definition', failure.rigid.span),
          hintAt('Outer value originates here', failure.outer),
        ],
      )
  }
}

const genericMessage = (value: Type, use: Type, names: TypeNames): string =>
  value.kind === 'rigid'
    ? `Generic type \`${names.value(value)}\` cannot be used as type \`${names.use(use)}\``
    : `Type \`${names.value(value)}\` cannot be used as generic type \`${names.use(use)}\``

const missingFieldHints = (failure: Failure & { kind: 'missing-field' }, names: TypeNames): Diagnostic[] => {
  const { value, dot, span } = failure
  const hints: Diagnostic[] = []
  if (hasSpan(value) && !endsAt(value.span, dot) && !sameSpan(value.span, span))
    hints.push(hintAt(`Type \`${names.value(value)}\` inferred here`, value.span))
  if (isNull(value) && dot.source !== NO_SOURCE)
    hints.push(hintAt('Use the ! or ?. operator to handle the null case', { ...dot, end: dot.start }, '!'))
  return hints
}

const endsAt = (value: Span, dot: Span): boolean => value.source === dot.source && value.end === dot.start
const sameSpan = (a: Span, b: Span): boolean =>
  a.source === b.source && a.start === b.start && a.end === b.end

const notAFunction = (value: Type, call: Span | undefined, span: Span, names: TypeNames): Diagnostic => {
  const text = names.value(value)
  return errorAt(
    `Type \`${text}\` cannot be used as a function`,
    span,
    call && [hintAt(`\`${text}\` is used as a function here`, call)],
  )
}

const arityMessage = (expected: number, received: number): string =>
  received > expected
    ? `Function was called with too many arguments. Expected ${expected}, received ${received}`
    : `Function was not called with enough arguments. Expected ${expected}, received ${received}`

const tupleArityMessage = (expected: number, received: number): string =>
  received > expected
    ? `Tuple contains too many elements. Expected ${expected}, received ${received}`
    : `Tuple does not contain enough elements. Expected ${expected}, received ${received}`
