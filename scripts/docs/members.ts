/** What the standard library declares, in the order in which the reference page shows it. */
import { SYSTEM_TYPES } from '#src/engine/typing/system-types.ts'
import { READ, WRITE } from '#src/fql/eval/effect.ts'
import type { NativeDefinition } from '#src/fql/eval/native.ts'
import type { TypeDefinition } from '#src/fql/eval/type-definition.ts'
import { userCollectionType } from '#src/fql/stdlib/collection.ts'
import { credentialCollectionType, credentialDocumentType } from '#src/fql/stdlib/credential.ts'
import { systemDocumentType, userDocumentType } from '#src/fql/stdlib/document.ts'
import { GLOBAL_FUNCTIONS } from '#src/fql/stdlib/global-functions.ts'
import { BUILT_INS } from '#src/fql/stdlib/globals.ts'
import { keyCollectionType } from '#src/fql/stdlib/key.ts'
import {
  accessProviderCollectionType,
  collectionCollectionType,
  databaseCollectionType,
  functionCollectionType,
  roleCollectionType,
} from '#src/fql/stdlib/schema-collections.ts'
import { schemaModule } from '#src/fql/stdlib/schema-module.ts'
import { tokenCollectionType } from '#src/fql/stdlib/token.ts'
import { VALUE_TYPES } from '#src/fql/stdlib/types.ts'
import type { TypeDeclaration } from '#src/fql/types/environment.ts'
import { ModuleValue } from '#src/fql/values/module.ts'

export interface Member {
  /** `at`, `length`, `[]`, `Time()`. */
  readonly name: string
  /** FQL text, one for each overload. */
  readonly signatures: readonly string[]
  readonly effect: 'pure' | 'observes' | 'reads' | 'writes'
}

export interface Section {
  /** Unique, as in `Array`, `Array module`, `Token documents`. */
  readonly title: string
  /** The type of the documents of a system collection. */
  readonly documents?: string | undefined
  readonly members: readonly Member[]
}

function effectOf(definition: NativeDefinition): Member['effect'] {
  if (definition.effect >= WRITE) return 'writes'
  if (definition.effect >= READ) return 'reads'
  return definition.effect > 0 ? 'observes' : 'pure'
}

/** `toString` is a name like any other here. */
const own = <T>(record: Readonly<Record<string, T>>, name: string): T | undefined =>
  Object.hasOwn(record, name) ? record[name] : undefined

function memberOf(definition: NativeDefinition, name = definition.name, types?: TypeDeclaration): Member {
  const { apply, methods = {} } = types ?? {}
  const typed = name.endsWith('()') ? apply && [apply].flat().map((s) => name + s) : own(methods, name)
  const signatures = typed ? [typed].flat() : definition.overloads.map((o) => `${name}${o.signature.text}`)
  return { name, signatures, effect: effectOf(definition) }
}

/** Fields and methods by name, what has no name before them. `types`: more exact static types than the declared ones. */
function section(
  title: string,
  type: TypeDefinition,
  constructorName = title,
  types?: TypeDeclaration,
): Section {
  const named = [
    ...[...type.fields.values()].map(
      (f): Member => ({ name: f.name, signatures: [`${f.name}: ${f.signature}`], effect: 'pure' }),
    ),
    ...[...type.methods.values()].map((m) => memberOf(m, m.name, types)),
  ]
  return {
    title,
    members: [
      ...(type.apply ? [memberOf(type.apply, `${constructorName}()`, types)] : []),
      ...(type.access ? [memberOf(type.access)] : []),
      ...named.sort((a, b) => (a.name < b.name ? -1 : 1)),
    ].map(withoutMarks),
  }
}

/** `index0` is how errors name the parameter of `[]`; `Time()(…)` was put together above. */
const withoutMarks = (m: Member): Member => ({
  ...m,
  signatures: m.signatures.map((s) => s.replace('index0', 'index').replace('()(', '(')),
})

const valueSection = (type: TypeDefinition): Section => section(type.typeName, type)

function moduleSection(module: ModuleValue): Section {
  const clash = VALUE_TYPES.some((t) => t.typeName === module.name)
  return section(clash ? `${module.name} module` : module.name, module.type, module.name)
}

const MODULES = [...BUILT_INS.values()].filter((v): v is ModuleValue => v instanceof ModuleValue)

const typesOf = (typeName: string): TypeDeclaration | undefined =>
  SYSTEM_TYPES.find((t) => t.typeName === typeName)

/** A system collection; `document`: the type of what is in it. */
const systemSection = (name: string, type: TypeDefinition, document = name): Section => ({
  ...section(name, type, name, typesOf(`${name}Collection`)),
  documents: typesOf(document)?.alias,
})

/** As the checker derives them from a schema (`src/fql/types/collection.ts`). */
const USER_COLLECTION: TypeDeclaration = {
  typeName: 'CCollection',
  apply: '(id: ID) => Ref<C>',
  methods: {
    all: ['all() => Set<C>', 'all(range: { from: Any, to: Any }) => Set<C>'],
    byId: 'byId(id: ID) => Ref<C>',
    create: 'create(data: { … }) => C',
    createData: 'createData(data: { … }) => C',
    firstWhere: 'firstWhere(pred: C => Boolean) => C | Null',
    where: 'where(pred: C => Boolean) => Set<C>',
  },
}

const USER_DOCUMENT: TypeDeclaration = {
  typeName: 'C',
  methods: {
    delete: 'delete() => NullC',
    ...Object.fromEntries(
      ['replace', 'replaceData', 'update', 'updateData'].map((name) => [name, `${name}(data: { … }) => C`]),
    ),
  },
}

const COLLECTIONS: readonly Section[] = [
  section(
    'Collections',
    userCollectionType('C', () => undefined),
    'C',
    USER_COLLECTION,
  ),
  section('Documents', userDocumentType, '', USER_DOCUMENT),
  section('System documents', systemDocumentType),
  systemSection('Token', tokenCollectionType),
  systemSection('Credential', credentialCollectionType),
  section('Credential documents', credentialDocumentType),
  systemSection('Key', keyCollectionType),
  systemSection('Role', roleCollectionType),
  systemSection('AccessProvider', accessProviderCollectionType),
  systemSection('Collection', collectionCollectionType, 'CollectionDef'),
  systemSection('Function', functionCollectionType, 'FunctionDef'),
  systemSection('Database', databaseCollectionType, 'DatabaseDef'),
]

/** Kinds of numbers: they have what `Number` has. */
const HIDDEN: ReadonlySet<string> = new Set(['Int', 'Long', 'Double', 'Float'])

/** Every member that a query can name. Sections without members are left out. */
export const SECTIONS: readonly Section[] = [
  { title: 'Functions', members: GLOBAL_FUNCTIONS.map((f) => memberOf(f)) },
  ...VALUE_TYPES.map(valueSection),
  ...MODULES.filter((m) => m.name !== 'FQL').map(moduleSection),
  section('FQL.Schema', schemaModule.type),
  ...COLLECTIONS,
].filter((s) => s.members.length > 0 && !HIDDEN.has(s.title))
