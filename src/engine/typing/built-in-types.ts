/** The environment of the static checker that every database has: the standard library's own declarations. */
import type { NativeDefinition } from '#src/fql/eval/native.ts'
import type { TypeDefinition } from '#src/fql/eval/type-definition.ts'
import { BUILT_INS, SYSTEM_COLLECTION_NAMES } from '#src/fql/stdlib/globals.ts'
import { schemaModule } from '#src/fql/stdlib/schema-module.ts'
import { VALUE_TYPES } from '#src/fql/stdlib/types.ts'
import {
  type Member,
  shapeFromDeclaration,
  signatureType,
  type TypeDeclaration,
  TypeEnvironment,
  typeFromText,
} from '#src/fql/types/environment.ts'
import { NativeFunctionValue } from '#src/fql/values/function.ts'
import { ModuleValue } from '#src/fql/values/module.ts'
import { SYSTEM_TYPES } from './system-types.ts'

/** Run-time kinds of parameters as the checker sees them (spec/stdlib.md §1.1). */
const STATIC_NAMES: Readonly<Record<string, string>> = {
  Int: 'Number',
  Struct: '{ *: Any }',
  Object: '{ *: Any }',
  Document: '{ *: Any }',
}
const staticText = (signature: string): string =>
  signature.replace(/\b(Int|Struct|Object|Document)\b/g, (word) => STATIC_NAMES[word] ?? word)

const signatures = (m: NativeDefinition): string[] => m.overloads.map((o) => staticText(o.signature.text))

/** Types whose values may be stored. */
const PERSISTABLE: ReadonlySet<string> = new Set([
  ...[
    'Null',
    'Boolean',
    'Number',
    'Int',
    'Long',
    'Double',
    'Float',
    'Bytes',
    'UUID',
    'String',
    'Array',
    'Time',
    'Date',
  ],
])

function declarationOf(type: TypeDefinition): TypeDeclaration {
  return {
    typeName: type.typeName,
    typeParams: type.typeParams,
    fields: Object.fromEntries([...type.fields.values()].map((f) => [f.name, staticText(f.signature)])),
    methods: Object.fromEntries([...type.methods.values()].map((m) => [m.name, signatures(m)])),
    ...(type.access && { access: signatures(type.access) }),
    ...(type.apply && { apply: signatures(type.apply) }),
    persistable: PERSISTABLE.has(type.typeName),
  }
}

const REFERENCES: readonly TypeDeclaration[] = [
  { typeName: 'Stream', typeParams: ['A'], alias: 'EventSource<A>' },
  { typeName: 'Ref', typeParams: ['A'], alias: 'A | EmptyRef<A>', persistable: true },
  {
    typeName: 'EmptyRef',
    typeParams: ['A'],
    fields: { id: 'ID', coll: 'Any' },
    methods: { exists: 'exists() => false' },
    alias: 'Null',
  },
  { typeName: 'NamedRef', typeParams: ['A'], alias: 'A | EmptyNamedRef<A>' },
  {
    typeName: 'EmptyNamedRef',
    typeParams: ['A'],
    fields: { name: 'String', coll: 'Any' },
    methods: { exists: 'exists() => false' },
    alias: 'Null',
  },
  {
    typeName: 'UserFunction',
    typeParams: ['A'],
    fields: { definition: 'FunctionDef' },
    methods: { toString: 'toString() => String' },
    alias: 'A',
  },
]

function globalType(value: unknown): Member {
  if (value instanceof NativeFunctionValue) {
    const { definition } = value
    return () => signatureType(signatures(definition))
  }
  return () => typeFromText((value as ModuleValue).type.typeName)
}

export const BUILT_IN_TYPES: TypeEnvironment = (() => {
  const modules = [...BUILT_INS.values()].filter((v): v is ModuleValue => v instanceof ModuleValue)
  const values = VALUE_TYPES.filter((t) => t.typeName !== 'UserFunction')
  const types = [...values, ...modules.map((m) => m.type), schemaModule.type].map(declarationOf)
  return new TypeEnvironment({
    shapes: [...types, ...REFERENCES, ...SYSTEM_TYPES].map(shapeFromDeclaration),
    globals: [
      ...[...BUILT_INS].map(([name, value]) => [name, globalType(value)] as const),
      ...[...SYSTEM_COLLECTION_NAMES].map(
        ([global, name]) => [global, () => typeFromText(`${name}Collection`)] as const,
      ),
    ],
  })
})()
