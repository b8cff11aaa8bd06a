/** Functions as values (spec/stdlib.md §10). The `Function` collection, which finds functions by name, is the engine's. */
import type { UserFunctionValue } from '#src/fql/values/function.ts'
import { field } from './declare.ts'
import { valueType } from './value-type.ts'

export const lambdaType = valueType({ name: 'Lambda' })
export const functionType = valueType({ name: 'Function' })
export const userFunctionType = valueType({
  name: 'Function',
  typeName: 'UserFunction',
  typeParams: ['A'],
  fields: [field('definition: FunctionDef', (_ctx, self: UserFunctionValue) => self.definition)],
})
