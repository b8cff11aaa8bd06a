/** Null (spec/stdlib.md §4): only `toString()` can be called on it. */

import { NO_SPAN } from '#src/fql/syntax/span.ts'
import { nullLiteral } from '#src/fql/values/value.ts'
import { method } from './declare.ts'
import { declareModule } from './module.ts'
import { valueType } from './value-type.ts'

/** For the checker, which lets `ref["name"]` pass; evaluation refuses it before it comes here. */
const access = method('[](key: Any) => Never', () => nullLiteral(NO_SPAN))

export const nullType = valueType({ name: 'Null', access })
export const nullModule = declareModule({ name: 'Null' })
