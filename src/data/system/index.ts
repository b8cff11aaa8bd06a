import type { NativeDefinition } from '../native-collection.ts'
import { accessProviderCollection } from './access-provider.ts'
import { collectionCollection } from './collection.ts'
import { credentialCollection } from './credential.ts'
import { databaseCollection } from './database.ts'
import { functionCollection } from './function.ts'
import { keyCollection } from './key.ts'
import { roleCollection } from './role.ts'
import { tokenCollection } from './token.ts'

/** All system collections. */
export const SYSTEM_COLLECTIONS: readonly NativeDefinition[] = [
  databaseCollection,
  collectionCollection,
  functionCollection,
  roleCollection,
  accessProviderCollection,
  keyCollection,
  tokenCollection,
  credentialCollection,
]
