/** Which types stored fields may have (spec/schema.md §7.2). */
import type { Diagnostic } from '#src/fql/errors/diagnostic.ts'
import type { TypeEnvironment } from '#src/fql/types/environment.ts'
import { errorAt } from '#src/fql/types/failure.ts'
import { printType } from '#src/fql/types/print.ts'
import { forEachPart } from '#src/fql/types/substitute.ts'
import type { NamedType, Type } from '#src/fql/types/type.ts'

/** What is wrong with storing values of the type: empty when nothing. */
export const persistabilityErrors = (type: Type, env: TypeEnvironment): Diagnostic[] => {
  const go = (part: Type): Diagnostic[] => persistabilityErrors(part, env)
  switch (type.kind) {
    case 'any':
    case 'literal':
      return []
    case 'tuple':
      return type.elements.flatMap(go)
    case 'record':
      return [...type.fields.values(), ...(type.wildcard ? [type.wildcard] : [])].flatMap(go)
    case 'union':
      return unionErrors(type.members, env)
    case 'intersection': {
      const errors = type.members.map(go)
      return errors.every((found) => found.length > 0) ? errors.flat() : []
    }
    case 'named':
      return namedErrors(type, env)
    default:
      return [notPersistable(type)]
  }
}

/**
 * References in the type to documents that are known by name (roles, functions …): fields cannot hold them, and the
 * types are unknown as far as fields go.
 */
export const unknownReferences = (type: Type, env: TypeEnvironment): Diagnostic[] => {
  const errors: Diagnostic[] = []
  const visit = (part: Type): void => {
    const document = part.kind === 'named' && part.name === 'Ref' ? part.args[0] : undefined
    if (document?.kind === 'named' && !hasId(document, env))
      errors.push(errorAt(`Unknown type \`${document.name}\``, document.span))
    forEachPart(part, visit)
  }
  visit(type)
  return errors
}

const hasId = (document: NamedType, env: TypeEnvironment): boolean => {
  const content = env.shape(document.name)?.alias
  return content?.kind !== 'record' || content.fields.has('id')
}

const notPersistable = (type: Type): Diagnostic => ({
  ...errorAt(`Type ${printType(type)} is not persistable`, type.span),
  kind: 'cause',
})

/** A bare document type: a reference is meant. */
const useReference = (type: NamedType, collection: string): Diagnostic[] => [
  notPersistable(type),
  {
    kind: 'hint',
    message: `Use Ref<${collection}> as the type of a reference to a ${collection} document`,
    span: type.span,
    suggestion: { text: `Ref<${collection}>` },
  },
]

const namedErrors = (type: NamedType, env: TypeEnvironment): Diagnostic[] => {
  if (type.name === 'Ref') return []
  const shape = env.shape(type.name)
  const collection = collectionOf(type, env)
  if (collection !== undefined && type.name !== 'EmptyRef') return useReference(type, collection)
  if (!shape?.persistable) return [notPersistable(type)]
  return type.args.flatMap((arg) => persistabilityErrors(arg, env))
}

/** The collection of a document or missing-document type. */
const collectionOf = (type: NamedType, env: TypeEnvironment): string | undefined => {
  if (type.name === 'EmptyRef' && type.args[0]?.kind === 'named') return type.args[0].name
  const role = env.shape(type.name)?.role
  if (role === 'document') return type.name
  return role === 'missing-document' ? type.name.replace(/^Null/, '') : undefined
}

/** `C | NullC` and `C | EmptyRef<C>` may be stored, though none of their members may. */
const unionErrors = (members: readonly Type[], env: TypeEnvironment): Diagnostic[] => {
  const present = new Map<string, NamedType>()
  const missing = new Map<string, NamedType>()
  const errors: Diagnostic[] = []
  for (const member of members) {
    const collection = member.kind === 'named' ? collectionOf(member, env) : undefined
    if (collection === undefined) errors.push(...persistabilityErrors(member, env))
    else if (env.shape((member as NamedType).name)?.role === 'document')
      present.set(collection, member as NamedType)
    else missing.set(collection, member as NamedType)
  }
  for (const [collection, type] of present)
    if (!missing.has(collection)) errors.push(...useReference(type, collection))
  for (const [collection, type] of missing)
    if (!present.has(collection)) errors.push(...useReference(type, collection))
  return errors
}
