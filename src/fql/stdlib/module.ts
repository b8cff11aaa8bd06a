import { ModuleValue } from '#src/fql/values/module.ts'
import { declareType, type TypeDeclaration } from './declare.ts'

/** A module of the standard library; the static type of `M` is `MModule` (spec/stdlib.md §11). */
export const declareModule = (d: TypeDeclaration): ModuleValue =>
  new ModuleValue(d.name, declareType({ ...d, typeName: d.typeName ?? `${d.name}Module` }))
