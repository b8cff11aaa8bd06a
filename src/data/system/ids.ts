/** Internal ids of system collections; user collections begin at 1024. Never change one: stores hold them. */
export const SYSTEM_IDS = {
  Database: 1,
  Collection: 2,
  Function: 3,
  Role: 4,
  AccessProvider: 5,
  Key: 6,
  Token: 7,
  Credential: 8,
} as const

export const FIRST_USER_COLLECTION = 1024
