/**
 * Undoing migration statements, last to first (spec/schema.md §13.3, §13.6): each statement is checked against the shape
 * after it, turned into a step, and undone, which gives the shape that it needs before it.
 */
import type { Diagnostic } from '#src/fql/errors/diagnostic.ts'
import { printExpr } from '#src/fql/syntax/print.ts'
import { NO_SPAN, type Span } from '#src/fql/syntax/span.ts'
import type { Expr, TypeExpr } from '#src/fql/syntax/tree.ts'
import { checkExpression } from '#src/fql/types/check.ts'
import { printPath } from '../fsl/print.ts'
import type { CollectionItem, MigrationStatement } from '../model/items.ts'
import { type FieldPath, samePath } from '../model/path.ts'
import { type TypeComparison, toType, typeText } from './compare.ts'
import {
  ANY_TYPE,
  ANY_VALUE,
  fieldNamesOf,
  isField,
  isRemoved,
  type Lookup,
  lastName,
  lookUp,
  parentOf,
  put,
  type Shape,
  type ShapeField,
  typeOf,
} from './shape.ts'
import type { MigrationStep, SplitTarget } from './steps.ts'
import { after, beforeLast, hint, suggestStatements } from './suggest.ts'

type Statement<K extends MigrationStatement['kind']> = MigrationStatement & { readonly kind: K }

const NULL_TYPE: TypeExpr = { kind: 'named', name: 'Null', span: NO_SPAN }

export class Rewind {
  readonly errors: Diagnostic[] = []
  /** Last to first. */
  readonly #steps: MigrationStep[] = []
  readonly shape: Shape
  readonly #collection: CollectionItem
  readonly #types: TypeComparison
  /** A `move_conflicts` after the statement at hand takes what its `add` displaces. */
  #takesConflicts = false

  constructor(collection: CollectionItem, shape: Shape, types: TypeComparison) {
    this.#collection = collection
    this.shape = shape
    this.#types = types
  }

  /** In the order in which they apply. */
  get steps(): MigrationStep[] {
    return this.#steps.toReversed()
  }

  /** Undoes all statements; what is wrong with them is in `errors`, in the order met. */
  run(statements: readonly MigrationStatement[]): void {
    for (const statement of statements.toReversed()) this.#undo(statement)
    for (const statement of statements) if (statement.kind === 'backfill') this.#mustBeUsed(statement)
  }

  #undo(statement: MigrationStatement): undefined {
    switch (statement.kind) {
      case 'backfill':
        return this.#undoBackfill(statement)
      case 'drop':
        return this.#undoDrop(statement as Statement<'drop'>)
      case 'move':
        return this.#undoMove(statement)
      case 'split':
        return this.#undoSplit(statement)
      case 'add':
        return this.#undoAdd(statement as Statement<'add'>)
      case 'move_conflicts':
        return this.#undoMoveConflicts(statement.into)
      case 'move_wildcard':
        return this.#undoMoveWildcard(statement.into)
      case 'add_wildcard':
        return this.#undoAddWildcard(statement.span)
    }
  }

  #error(message: string, span: Span, related: readonly Diagnostic[] = []): undefined {
    this.errors.push({ kind: 'error', message, span, ...(related.length > 0 && { related }) })
  }

  #prepend(step: MigrationStep): undefined {
    this.#steps.push(step)
  }

  #find(path: FieldPath): Lookup {
    return lookUp(this.shape, path)
  }

  /** A present field, or undefined. */
  #present(path: FieldPath): ShapeField | undefined {
    const found = this.#find(path)
    return isField(found) && !isRemoved(found) ? found : undefined
  }

  // ---------------------------------------------------------------- backfill

  #undoBackfill(statement: Statement<'backfill'>): undefined {
    const { field: path } = statement
    const field = this.#find(path)
    const name = printPath(path)
    if (field === 'not found') {
      this.#error(`Cannot backfill field \`${name}\`, as it is not in the submitted schema`, path.span)
    } else if (field === 'wildcard') {
      this.#error(
        `Cannot backfill field, as there is a wildcard in the same struct as \`${name}\``,
        path.span,
      )
    } else {
      this.#checkValue(statement.value, typeOf(field))
      this.#noteBackfill(statement, field)
    }
  }

  #checkValue(value: Expr, type: TypeExpr): undefined {
    const { errors } = checkExpression(value, this.#types.env, { expected: toType(type) })
    errors.forEach((error, i) => {
      const related = [...(error.related ?? []), hint('Field type defined here', type.span)]
      this.errors.push(i === 0 ? { ...error, related } : error)
    })
  }

  #noteBackfill(statement: Statement<'backfill'>, field: ShapeField): undefined {
    const { field: path, span, value } = statement
    const name = printPath(path)
    const { source } = field
    switch (source.kind) {
      case 'backfill':
        return this.#error(`Cannot backfill field \`${name}\` multiple times`, source.statement.field.span, [
          hint('Earlier backfill defined here', path.span),
          hint('Delete the later backfill', source.statement.span, ''),
        ])
      case 'split-into':
        return this.#error(
          `Cannot split field \`${name}\`: cannot split into a field after it's backfilled`,
          path.span,
          [
            hint('Field is an output of a split', source.target.span),
            hint(
              'Move the backfill after the split',
              source.statement.span,
              `backfill ${name} = ${printExpr(value)}`,
            ),
            hint('Remove the backfill', span, ''),
            hint('Remove the split', source.statement.span, ''),
          ],
        )
      case 'add':
        return this.#error(`Cannot add field \`${name}\` after it's backfilled`, source.statement.span, [
          hint('Field backfilled here', span),
        ])
      case 'moved-into':
        return this.#error(`Cannot backfill field \`${name}, as it is not in the submitted schema`, path.span)
      default:
        put(this.shape, path, { ...field, source: { kind: 'backfill', statement } })
    }
  }

  #mustBeUsed({ field, span }: Statement<'backfill'>): undefined {
    const found = this.#find(field)
    if (!isField(found) || found.source.kind !== 'backfill') return
    this.#error(
      `Field \`${printPath(field)}\` is backfilled without being declared by an \`add\` or \`split\` migration`,
      span,
    )
  }

  /** What fills a field that a statement makes. It needs a backfill, a default, or to be nullable. */
  #takeBackfill(field: ShapeField, path: FieldPath): Expr | undefined {
    const { source } = field
    if (source.kind === 'backfill') return source.statement.value
    if (source.kind !== 'schema') return undefined
    const type = typeOf(field)
    if (source.default === undefined && !this.#types.isNullable(type)) this.#nothingToFill(path, type)
    return source.default
  }

  #nothingToFill(path: FieldPath, type: TypeExpr): undefined {
    const name = printPath(path)
    const message = `Cannot declare non-nullable field \`${name}\`: it has no default and no backfill value`
    this.#error(message, path.span, [
      hint('Make the field nullable', after(type.span), '?'),
      hint('Add a default value to this field', after(type.span), ' = <expr>'),
      this.#suggest('Add a `backfill` migration', [`backfill ${name} = <expr>`]),
    ])
  }

  #suggest(message: string, statements: readonly string[]): Diagnostic {
    return suggestStatements(this.#collection, beforeLast(this.#collection.span), message, statements)
  }

  // ---------------------------------------------------------------- drop

  #undoDrop(statement: Statement<'drop'>): undefined {
    const { field: path } = statement
    this.#prepend({ kind: 'drop', field: fieldNamesOf(path) })
    const name = printPath(path)
    const present = this.#present(path)
    if (present !== undefined) {
      return this.#error(
        `Cannot drop field \`${name}\`. Dropped fields must be removed from schema`,
        path.span,
        [hint('Field defined here', present.name.span)],
      )
    }
    const parent = parentOf(path)
    const found = parent && this.#find(parent)
    if (found !== undefined && !isField(found)) {
      this.#error(`Cannot drop field \`${name}\`, as the parent object was removed`, path.span)
    } else if (found !== undefined && found.value.kind !== 'record') {
      this.#error(`Cannot drop field \`${name}\`, as the parent is not an object`, path.span)
    } else {
      put(this.shape, path, { name: lastName(path), value: ANY_VALUE, source: { kind: 'drop', statement } })
    }
  }

  // ---------------------------------------------------------------- move

  #undoMove(statement: Statement<'move'>): undefined {
    const { field: path, to, span } = statement
    const target = this.#find(to)
    if (target === 'not found') {
      this.#error(`Cannot move field \`${printPath(path)}\`, as it is not in the live schema`, path.span)
    } else if (target === 'wildcard') {
      this.#error(`Cannot move field \`${printPath(to)}\` into a struct with a wildcard definition`, to.span)
    } else if (samePath(path, to)) {
      this.#error('Cannot move a field to itself', path.span, [hint('Remove the futile `move`', span, '')])
    } else {
      this.#leaveBehind(statement)
      this.#moveBack(statement, target)
    }
  }

  /** What is at the old place after the move: nothing, or a field that is declared anew. */
  #leaveBehind({ field: path, to }: Statement<'move'>): undefined {
    const found = this.#find(path)
    const name = printPath(path)
    if (found === 'wildcard') {
      return this.#error(
        `Cannot move field \`${name}\` out of a struct with a wildcard definition`,
        path.span,
      )
    }
    if (found === 'not found' || isRemoved(found)) return
    if (this.#types.isOptional(found)) {
      if (found.source.kind === 'schema' && found.source.default !== undefined) {
        this.#prepend(addStep(path, found, found.source.default))
      }
      return
    }
    const message = `To move \`${name}\` to \`${printPath(to)}\` and add a new field named \`${found.name.text}\`, add an \`add\` migration`
    this.#error(`Cannot move field \`${name}\`, as it is in the submitted schema`, path.span, [
      hint('Field defined here', found.name.span),
      hint(message, after(to.span), `\n    add ${name}`),
    ])
  }

  #moveBack(statement: Statement<'move'>, target: ShapeField): undefined {
    const { field: path, to } = statement
    const parentPath = parentOf(path)
    const parent = parentPath && this.#find(parentPath)
    const name = printPath(path)
    if (parent !== undefined && !isField(parent)) {
      this.#error(`Cannot move field \`${name}\`, as the parent object was removed.`, path.span)
    } else if (parent !== undefined && parent.value.kind === 'plain' && parent.source.kind !== 'drop') {
      this.#error(`Cannot move field \`${name}\`, as the parent value is not an object.`, path.span)
    } else {
      this.#prepend({ kind: 'move', field: fieldNamesOf(path), to: fieldNamesOf(to) })
      put(this.shape, path, { ...target, name: lastName(path) })
    }
    put(this.shape, to, { ...target, source: { kind: 'moved-into', statement } })
  }

  // ---------------------------------------------------------------- split

  #undoSplit(statement: Statement<'split'>): undefined {
    this.#checkSplitSource(statement)
    const types: TypeExpr[] = []
    const targets: SplitTarget[] = []
    for (const path of statement.to) {
      const field = this.#find(path)
      if (!isField(field)) {
        if (field === 'not found') types.push(ANY_TYPE)
        this.#missingTarget(path, field)
        continue
      }
      this.#checkSplitTarget(path, field)
      const type = typeOf(field)
      types.push(type)
      targets.push({ field: fieldNamesOf(path), type, backfill: this.#takeBackfill(field, path) })
      put(this.shape, path, { ...field, source: { kind: 'split-into', statement, target: path } })
    }
    this.#prepend({ kind: 'split', field: fieldNamesOf(statement.field), targets })
    this.#restoreSplitField(statement, types)
  }

  #missingTarget(path: FieldPath, found: Exclude<Lookup, ShapeField>): undefined {
    const name = printPath(path)
    if (found === 'not found') {
      this.#error(`Cannot split field, as \`${name}\` is not in the submitted schema`, path.span)
    } else {
      this.#error(
        `Cannot split into field \`${name}\`, which is in a struct with a wildcard definition`,
        path.span,
      )
    }
  }

  /** The split consumes its source, so that is gone afterwards unless it is a target too. */
  #checkSplitSource(statement: Statement<'split'>): undefined {
    const { field: path, to, span } = statement
    const found = this.#find(path)
    if (found === 'wildcard') {
      const message = `Cannot split field \`${printPath(path)}\`, which is in a struct with a wildcard definition`
      return this.#error(message, path.span)
    }
    if (found === 'not found' || isRemoved(found) || to.some((t) => samePath(t, path))) return
    const { source } = found
    switch (source.kind) {
      case 'schema':
      case 'backfill':
        return this.#error('Cannot split field: field is still present in submitted schema', path.span, [
          hint('Field defined here', found.name.span),
        ])
      case 'split':
        return this.#error('Cannot split field twice', source.statement.field.span, [
          hint('Field is also split here', path.span),
          hint('Remove this split', span, ''),
          hint('Remove the later split', source.statement.span, ''),
        ])
      case 'drop':
        return this.#error('Cannot drop field that was split', path.span, [
          hint('Remove the `drop`', source.statement.span, ''),
        ])
    }
  }

  #checkSplitTarget(path: FieldPath, { source }: ShapeField): undefined {
    switch (source.kind) {
      case 'add':
        return this.#error('Cannot add a field that is also created by a split', path.span, [
          hint('Field is added here', source.statement.field.span),
          hint('Remove the add', source.statement.span, ''),
        ])
      case 'split-into':
        return this.#error('Cannot split into a field that is already split into', source.target.span, [
          hint('Field is also split into here', path.span),
          hint('Remove the later split', source.statement.span, ''),
        ])
      case 'moved-into':
        return this.#error('Cannot move into a field that is also a split target', source.statement.span)
    }
  }

  /** Before the split the field held whatever the targets take, or nothing. */
  #restoreSplitField(statement: Statement<'split'>, types: readonly TypeExpr[]): undefined {
    const { field: path } = statement
    for (let parent = parentOf(path); parent !== undefined; parent = parentOf(parent)) {
      const found = this.#find(parent)
      if (!isField(found) || found.value.kind !== 'record') return
    }
    const type: TypeExpr = { kind: 'union', members: distinctMembers(types), span: NO_SPAN }
    put(this.shape, path, {
      name: lastName(path),
      value: { kind: 'plain', type },
      source: { kind: 'split', statement },
    })
  }

  // ---------------------------------------------------------------- add

  #undoAdd(statement: Statement<'add'>): undefined {
    const { field: path } = statement
    const field = this.#find(path)
    const name = printPath(path)
    if (field === 'not found') {
      this.#error(`Cannot add field, as \`${name}\` is not in the submitted schema`, path.span)
    } else if (field === 'wildcard') {
      this.#error(`Cannot add field, as there is a wildcard in the same struct as \`${name}\``, path.span)
    } else if (!this.#madeOtherwise(statement, field)) {
      this.#addField(statement, field)
      put(this.shape, path, { ...field, source: { kind: 'add', statement } })
    }
  }

  /** Reports that a later statement makes the field too. */
  #madeOtherwise({ field: path, span }: Statement<'add'>, { source }: ShapeField): boolean {
    const name = printPath(path)
    switch (source.kind) {
      case 'split-into':
        this.#error(
          `Cannot split field: field \`${name}\` cannot both be added and be a split output`,
          path.span,
          [
            hint('Field is an output of a split', source.target.span),
            hint('Remove the add', span, ''),
            hint('Remove the split', source.statement.span, ''),
          ],
        )
        return true
      case 'add':
        this.#error(`Cannot add field \`${name}\` twice`, source.statement.field.span, [
          hint('Field added here', path.span),
          hint('Remove the extra add', source.statement.span, ''),
        ])
        return true
      case 'moved-into':
        this.#error(`Cannot move into field \`${name}\` as it was also added`, source.statement.span, [
          hint('Field moved into here', source.statement.to.span),
          hint('Remove the add', span, ''),
          hint('Remove the move', source.statement.span, ''),
        ])
        return true
      default:
        return false
    }
  }

  /** Under a wildcard the field may hold anything already: what does not fit must have somewhere to go. */
  #addField({ field: path, span }: Statement<'add'>, field: ShapeField): undefined {
    const backfill = this.#takeBackfill(field, path)
    const underWildcard = this.shape.wildcard !== undefined && path.elements.length === 1
    if (!underWildcard || this.#takesConflicts) return this.#prepend(addStep(path, field, backfill))
    if (this.#types.covers(typeOf(field), ANY_OR_NULL)) return
    this.#error(`Cannot add field, as \`${printPath(path)}\` conflicts with the wildcard`, path.span, [
      hint('Add a `move_conflicts` migration', after(span), '\n    move_conflicts .conflicts'),
    ])
  }

  // ---------------------------------------------------------------- wildcards

  #hasWildcard(): boolean {
    const { wildcard } = this.shape
    return wildcard !== undefined && wildcard.source !== 'removed'
  }

  #undoMoveConflicts(into: FieldPath): undefined {
    if (!this.#hasWildcard()) return this.#noWildcardForConflicts(into)
    const found = this.#find(into)
    const name = printPath(into)
    if (found === 'wildcard') {
      const message = `Cannot move wildcard conflicts to field, as there is a wildcard in the same struct as \`${name}\``
      this.#error(message, into.span)
    } else if (found === 'not found' || isRemoved(found)) this.#conflictsFieldMissing(into)
    else if (found.source.kind !== 'drop' && typeText(typeOf(found)) !== CONFLICTS_TYPE)
      this.#wrongConflictsType(into)
    this.#takesConflicts = true
    this.#prepend({ kind: 'move_conflicts', into: fieldNamesOf(into) })
  }

  #conflictsFieldMissing(into: FieldPath): undefined {
    const message = `Cannot move wildcard conflicts to field \`${printPath(into)}\`, as it is not in the submitted schema`
    this.#error(message, into.span)
  }

  #wrongConflictsType(into: FieldPath): undefined {
    this.#error(`Wildcard conflicts field must have the type \`${CONFLICTS_TYPE}\``, into.span)
  }

  #noWildcardForConflicts(into: FieldPath): undefined {
    const lastField = this.#collection.fields.at(-1)?.span ?? this.#collection.span
    this.#error(
      'Cannot move wildcard conflicts, as there is no wildcard in the submitted schema',
      into.span,
      [
        hint('Add a wildcard constraint', after(lastField), '\n  *: Any'),
        this.#suggest('Move the extra fields into a conflicts field with `move_wildcard`', [
          `move_wildcard ${printPath(into)}`,
        ]),
      ],
    )
  }

  #undoMoveWildcard(into: FieldPath): undefined {
    if (this.#hasWildcard()) {
      const message = 'Cannot move wildcard, as there is still a wildcard in the submitted schema'
      return this.#error(message, into.span)
    }
    this.#checkWildcardField(into)
    const kept = [...this.shape.fields.values()].filter((f) => !isRemoved(f)).map((f) => f.name.text)
    this.#prepend({ kind: 'move_wildcard', into: fieldNamesOf(into), except: kept })
    this.shape.wildcard = { source: 'moved', span: NO_SPAN }
  }

  #checkWildcardField(into: FieldPath): undefined {
    const found = this.#find(into)
    if (found === 'wildcard') {
      const message = `Cannot move wildcard conflicts to field, as there is a wildcard in the same struct as \`${printPath(into)}\``
      this.#error(message, into.span)
    } else if (found === 'not found' || isRemoved(found)) this.#conflictsFieldMissing(into)
    else if (found.source.kind !== 'drop' && !isWildcardObject(typeOf(found))) this.#wrongConflictsType(into)
  }

  #undoAddWildcard(span: Span): undefined {
    const { wildcard } = this.shape
    if (wildcard === undefined) {
      this.#error('Cannot add wildcard, as the submitted schema lacks a wildcard', span)
    } else if (wildcard.source === 'removed') {
      this.#error('Cannot add a wildcard twice', wildcard.span, [
        hint('Remove the duplicate `add_wildcard` migration', wildcard.span, ''),
      ])
    } else {
      this.shape.wildcard = { source: 'removed', span }
      this.#prepend({ kind: 'add_wildcard' })
    }
  }
}

/** The members of all the types, each once, Null last. */
const distinctMembers = (types: readonly TypeExpr[]): TypeExpr[] => {
  const members = new Map(types.flatMap(membersOf).map((m) => [typeText(m), m] as const))
  members.delete('Null')
  return [...members.values(), NULL_TYPE]
}

const membersOf = (type: TypeExpr): readonly TypeExpr[] => {
  if (type.kind === 'nullable') return [...membersOf(type.base), NULL_TYPE]
  return type.kind === 'union' ? type.members.flatMap(membersOf) : [type]
}

const ANY_OR_NULL: TypeExpr = { kind: 'union', members: [ANY_TYPE, NULL_TYPE], span: NO_SPAN }
const CONFLICTS_TYPE = '{ *: Any } | Null'

/** `{ *: T } | Null`, in either order. */
const isWildcardObject = (type: TypeExpr): boolean =>
  /^(\{ \*: [^,]* \} \| Null|Null \| \{ \*: [^,]* \})$/.test(typeText(type))

const addStep = (path: FieldPath, field: ShapeField, backfill: Expr | undefined): MigrationStep => ({
  kind: 'add',
  field: fieldNamesOf(path),
  type: typeOf(field),
  backfill,
})
