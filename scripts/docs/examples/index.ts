import * as documents from './documents.ts'
import * as elements from './elements.ts'
import type { Examples } from './example.ts'
import { MATH } from './math.ts'
import * as modules from './modules.ts'
import * as texts from './texts.ts'
import * as times from './times.ts'

/** Title of a section → examples of its members. */
export const EXAMPLES: Readonly<Record<string, Examples>> = {
  Functions: modules.GLOBALS,
  Query: modules.QUERY,
  'FQL.Schema': modules.FQL_SCHEMA,
  UserFunction: modules.USER_FUNCTION,
  Number: texts.NUMBER,
  Boolean: texts.BOOLEAN,
  Null: texts.NULL,
  UUID: texts.UUID,
  String: texts.STRING,
  Bytes: texts.BYTES,
  'Bytes module': texts.BYTES_MODULE,
  ID: texts.ID,
  'ID module': texts.ID_MODULE,
  Object: texts.OBJECT,
  Array: elements.ARRAY,
  'Array module': elements.ARRAY_MODULE,
  Set: elements.SET,
  'Set module': elements.SET_MODULE,
  SetCursor: elements.SET_CURSOR,
  EventSource: elements.EVENT_SOURCE,
  Time: times.TIME,
  'Time module': times.TIME_MODULE,
  TransactionTime: times.TRANSACTION_TIME,
  'TransactionTime module': times.TRANSACTION_TIME_MODULE,
  Date: times.DATE,
  'Date module': times.DATE_MODULE,
  Math: MATH,
  Collections: documents.COLLECTION,
  Documents: documents.DOCUMENT,
  'System documents': documents.SYSTEM_DOCUMENT,
  Token: documents.TOKEN,
  Credential: documents.CREDENTIAL,
  'Credential documents': documents.CREDENTIAL_DOCUMENT,
  Key: documents.KEY,
  Role: documents.ROLE,
  AccessProvider: documents.ACCESS_PROVIDER,
  Collection: documents.COLLECTIONS,
  Function: documents.FUNCTIONS,
  Database: documents.DATABASE,
}
