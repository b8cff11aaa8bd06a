import type { TypeDefinition } from '#src/fql/eval/type-definition.ts'
import { display } from '#src/fql/values/text.ts'
import type { Value } from '#src/fql/values/value.ts'
import { declareType, method, type TypeDeclaration } from './declare.ts'

const toText = method('toString() => String', (ctx, self: Value) => display(ctx, self))

/** The type of values that have `toString()`: all but objects, documents and modules (spec/stdlib.md §1.3). */
export const valueType = (d: TypeDeclaration): TypeDefinition =>
  declareType({ ...d, methods: [...(d.methods ?? []), toText] })
