/** Collections and functions share one namespace of names and aliases (spec/schema.md §6.2). */
import { BUILT_INS, SYSTEM_COLLECTION_NAMES } from '#src/fql/stdlib/globals.ts'
import { schemaModule } from '#src/fql/stdlib/schema-module.ts'
import { VALUE_TYPES } from '#src/fql/stdlib/types.ts'
import { isReserved, isReservedVariable } from '#src/fql/syntax/words.ts'
import { ModuleValue } from '#src/fql/values/module.ts'
import { andThen, type Eventual, mapInOrder } from '#src/lib/eventual.ts'
import type { Collection } from '../collection.ts'
import type { DatabaseHost } from '../database-host.ts'
import { lookUp } from '../lookup.ts'
import type { Failure, NativeWrite } from '../native-collection.ts'
import { isIdentifier } from './names.ts'

const TYPE_WORDS = ['Any', 'Never', 'struct', 'interface', 'type', 'function', 'collection']
const DEFINITION_NAMES = ['Collection', 'Function', 'Database']

/** Types of documents, of references to missing ones and of collections. */
const systemTypes = [...new Set(SYSTEM_COLLECTION_NAMES.values())].flatMap((name) => {
  const document = DEFINITION_NAMES.includes(name) ? `${name}Def` : name
  return [document, `Null${document}`, `${name}Collection`]
})

/** Globals and type names that the language itself has. */
const RESERVED: ReadonlySet<string> = new Set([
  ...TYPE_WORDS,
  ...BUILT_INS.keys(),
  ...[...BUILT_INS.values()].flatMap((v) => (v instanceof ModuleValue ? [v.type.typeName] : [])),
  ...SYSTEM_COLLECTION_NAMES.keys(),
  ...systemTypes,
  ...VALUE_TYPES.map((t) => t.typeName),
  schemaModule.type.typeName,
  ...['object', 'Stream', 'Ref', 'EmptyRef', 'NamedRef', 'EmptyNamedRef', 'UserFunction'],
])

const isTaken = (name: string): boolean => isReserved(name) || isReservedVariable(name) || RESERVED.has(name)

/** What is wrong with a new name or alias; earlier writes of the same query count. */
export function namespaceFailures(write: NativeWrite): Eventual<Failure[]> {
  const found = mapInOrder(['name', 'alias'], (field): Eventual<Failure[]> => {
    const name = write.after?.fields.get(field)
    if (typeof name !== 'string' || write.before?.fields.get(field) === name) return []
    return andThen(nameProblem(write.host, name), (message) => (message ? [{ path: [field], message }] : []))
  })
  return andThen(found, (failures) => failures.flat())
}

function nameProblem(host: DatabaseHost, name: string): Eventual<string | undefined> {
  if (isTaken(name)) return `The identifier \`${name}\` is reserved.`
  if (!isIdentifier(name)) return 'Invalid identifier.'
  return andThen(
    holder(host, host.schema.native('Collection'), name),
    (collection) => collection ?? holder(host, host.schema.native('Function'), name),
  )
}

function holder(host: DatabaseHost, kind: Collection, name: string): Eventual<string | undefined> {
  const exists = (as: string) => `A ${kind.name} already exists with the ${as} \`${name}\``
  return andThen(lookUp(host, kind, 'name', name), (named) =>
    named !== undefined
      ? exists('name')
      : andThen(lookUp(host, kind, 'alias', name), (aliased) =>
          aliased !== undefined ? exists('alias') : undefined,
        ),
  )
}
