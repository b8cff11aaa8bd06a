/** `Credential` (spec/secrets.md §2). */
import { READ, WRITE } from '#src/fql/eval/effect.ts'
import type { DocValue } from '#src/fql/values/document.ts'
import type { CollectionHandle, ModuleValue } from '#src/fql/values/module.ts'
import type { TimeValue } from '#src/fql/values/value.ts'
import { applyId, byId, create, SET_METHODS } from './collection.ts'
import { declareType, method } from './declare.ts'
import { DOCUMENT_METHODS } from './document.ts'

/** Statically `Null` too, for references to documents that are not there; the plain null is none of them. */
const byDocument = method(
  'byDocument(document: Document) => Ref<Credential>',
  (ctx, self: ModuleValue, document: DocValue) =>
    ctx.host.credentialOf(ctx, self.collection as CollectionHandle, document),
  { effect: READ },
)

export const credentialCollectionType = declareType({
  name: 'Credential',
  typeName: 'CredentialCollection',
  methods: [create, byId, byDocument, ...SET_METHODS],
  apply: applyId,
})

const verify = method(
  'verify(secret: String) => Boolean',
  (ctx, self: DocValue, secret: string) => ctx.host.verifyPassword(ctx, self, secret),
  { effect: READ },
)

const login = method(
  ['login(secret: String) => Token', 'login(secret: String, ttl: Time) => Token'],
  (ctx, self: DocValue, secret: string, ttl?: TimeValue) => ctx.host.login(ctx, self, secret, ttl),
  { effect: WRITE },
)

export const credentialDocumentType = declareType({
  name: 'Doc',
  methods: [...DOCUMENT_METHODS, verify, login],
})
