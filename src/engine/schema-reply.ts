/** Replies of `/schema/1` (spec/schema.md §15). */
import type { Reply } from './service.ts'

export const errorReply = (status: number, message: string): Reply => ({
  status,
  body: JSON.stringify({ error: { message } }),
})

export const UNAUTHORIZED: Reply = {
  ...errorReply(401, 'Access token required'),
  headers: { 'www-authenticate': 'Bearer' },
}

/** Ends a transaction without writing anything. */
export class Refused {
  readonly reply: Reply
  constructor(reply: Reply) {
    this.reply = reply
  }
}

export const refused = (message: string): Refused => new Refused(errorReply(400, message))
export const notFound = (): Refused => new Refused(errorReply(404, 'Not found'))

/** A reply whose version is the time of its commit, which is known later. */
export type ReplyAt = (ts: number) => Reply

/** Members of an object as JSON text; `undefined` values are left out. */
export const okReply = (body: Readonly<Record<string, unknown>>): Reply => ({
  status: 200,
  body: JSON.stringify(body),
})
