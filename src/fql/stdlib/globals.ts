/** Names that every query knows (spec/language.md §2.1, spec/stdlib.md §11). */
import type { FieldDefinition } from '#src/fql/eval/type-definition.ts'
import { NativeFunctionValue } from '#src/fql/values/function.ts'
import type { ModuleValue } from '#src/fql/values/module.ts'
import { NULL, type Value } from '#src/fql/values/value.ts'
import { arrayModule } from './array.ts'
import { booleanModule } from './boolean.ts'
import { bytesModule } from './bytes.ts'
import { dateModule } from './date.ts'
import { field } from './declare.ts'
import { GLOBAL_FUNCTIONS } from './global-functions.ts'
import { idModule } from './id.ts'
import { mathModule } from './math.ts'
import { declareModule } from './module.ts'
import { nullModule } from './null.ts'
import { doubleModule, floatModule, intModule, longModule, numberModule } from './number.ts'
import { objectModule } from './object.ts'
import { queryModule } from './query.ts'
import { schemaModule } from './schema-module.ts'
import { setModule } from './set.ts'
import { stringModule } from './string.ts'
import { structModule } from './struct.ts'
import { timeModule } from './time.ts'
import { transactionTimeModule } from './transaction-time.ts'
import { uuidModule } from './uuid.ts'

/** Modules that only `isa` uses. */
const MARKERS = ['Doc', 'SetCursor', 'EventSource'].map((name) => declareModule({ name }))

const MODULES: readonly ModuleValue[] = [
  arrayModule,
  booleanModule,
  bytesModule,
  dateModule,
  idModule,
  mathModule,
  nullModule,
  numberModule,
  intModule,
  longModule,
  doubleModule,
  floatModule,
  objectModule,
  setModule,
  stringModule,
  structModule,
  timeModule,
  transactionTimeModule,
  uuidModule,
  queryModule,
  ...MARKERS,
]

/** Global name → name of the system collection. */
export const SYSTEM_COLLECTION_NAMES: ReadonlyMap<string, string> = new Map([
  ...['Collection', 'Function', 'Role', 'AccessProvider', 'Database', 'Key', 'Credential', 'Token'].map(
    (name) => [name, name] as const,
  ),
  ['Credentials', 'Credential'],
])

const systemField = ([global, name]: readonly [string, string]): FieldDefinition =>
  field(`${global}: ${name}Collection`, (ctx) => ctx.host.systemCollection(name) ?? NULL)

/** All globals once more, but itself; `Schema` is only here. */
const fqlModule = declareModule({
  name: 'FQL',
  fields: [
    ...MODULES.map((m) => field(`${m.name}: ${m.type.typeName}`, () => m)),
    ...[...SYSTEM_COLLECTION_NAMES].map(systemField),
    field('Schema: FQL.SchemaModule', () => schemaModule),
  ],
  methods: GLOBAL_FUNCTIONS,
})

/** Modules and functions; the engine adds the system collections, which are the database's own. */
export const BUILT_INS: ReadonlyMap<string, Value> = new Map<string, Value>([
  ...[...MODULES, fqlModule].map((m) => [m.name, m] as const),
  ...GLOBAL_FUNCTIONS.map((f) => [f.name, new NativeFunctionValue(f, fqlModule)] as const),
])
