/** `Key` (spec/secrets.md §3). */
import { applyId, byId, create, SET_METHODS } from './collection.ts'
import { declareType } from './declare.ts'

export const keyCollectionType = declareType({
  name: 'Key',
  typeName: 'KeyCollection',
  methods: [create, byId, ...SET_METHODS],
  apply: applyId,
})
