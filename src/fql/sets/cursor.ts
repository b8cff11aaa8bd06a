/**
 * Cursors and event sources as text: base64 of version, kind, time, content and checksum. They hold all that is needed to
 * go on: sets with their functions and captured values (spec/data.md §8, §13). Opaque, but not secret and not signed:
 * whoever brings one acts with rights of their own.
 */
import { crc32 } from 'node:zlib'
import * as fail from '#src/fql/errors/catalogue.ts'
import type { Context } from '#src/fql/eval/context.ts'
import { CursorValue, EventSourceValue } from '#src/fql/values/set.ts'
import type { Value } from '#src/fql/values/value.ts'
import { ByteReader, ByteWriter, Malformed } from './bytes.ts'
import { ValueReader } from './read-value.ts'
import { TAG } from './value-tags.ts'
import { writeValue } from './write-value.ts'

const VERSION = 1
const HEADER_SIZE = 9
const CHECKSUM_SIZE = 4

/** A token whose time is not known yet: that of the commit. */
export interface TokenDraft {
  readonly content: Buffer
  /** Microseconds, when the token does not take the time of the commit. */
  readonly at: number | undefined
}

export function draftToken(ctx: Context, token: CursorValue | EventSourceValue): TokenDraft {
  const out = new ByteWriter()
  writeValue(out, token)
  return { content: out.finish(), at: token instanceof CursorValue ? (token.at ?? ctx.present) : undefined }
}

/** `ts`: commit time of the query, microseconds. */
export function finishToken({ content, at }: TokenDraft, ts: number | undefined): string {
  const bytes = Buffer.allocUnsafe(HEADER_SIZE + content.length + CHECKSUM_SIZE)
  bytes.writeUInt8(VERSION, 0)
  bytes.writeDoubleBE(at ?? ts ?? Number.NaN, 1)
  content.copy(bytes, HEADER_SIZE)
  bytes.writeUInt32BE(crc32(bytes.subarray(0, -CHECKSUM_SIZE)), bytes.length - CHECKSUM_SIZE)
  return bytes.toString('base64')
}

/** The text of a cursor while the query runs. Without a time of its own: it reads the present wherever it is used. */
export const encodeCursor = (ctx: Context, cursor: CursorValue): string =>
  finishToken(draftToken(ctx, cursor), undefined)

/** Fails with `invalid_cursor` for anything that is not a cursor of this database and its present schema. */
export function decodeCursor(ctx: Context, text: string): CursorValue {
  const content = checkedContent(text, TAG.cursor)
  const token = content && readToken(ctx, content)
  if (token?.value instanceof CursorValue && (token.at ?? 0) <= ctx.host.snapshotTs)
    return new CursorValue(token.value.set, token.value.pageSize, token.at)
  throw fail.invalidCursor()
}

/**
 * An event source and the time of the query that made it (microseconds); undefined when the text is none. Fails when it
 * names what is not in this database, or what the caller may not read.
 */
export function decodeEventSource(
  ctx: Context,
  text: string,
): { readonly source: EventSourceValue; readonly at: number } | undefined {
  const content = checkedContent(text, TAG.eventSource)
  if (!content) return undefined
  const token = readToken(ctx, content)
  if (!(token?.value instanceof EventSourceValue) || token.at === undefined)
    throw fail.invalidRequest('it refers to what is not in this database.')
  return { source: token.value, at: token.at }
}

/** The time of an event source (microseconds), whatever database it is of; undefined when the text is none. */
export function eventSourceTime(text: string): number | undefined {
  const at = checkedContent(text, TAG.eventSource)?.readDoubleBE(1)
  return Number.isSafeInteger(at) ? at : undefined
}

interface Token {
  readonly value: Value
  readonly at: number | undefined
}

function readToken(ctx: Context, content: Buffer): Token | undefined {
  const time = content.readDoubleBE(1)
  const at = Number.isNaN(time) ? undefined : time
  if (at !== undefined && !Number.isSafeInteger(at)) return undefined
  const input = new ByteReader(content.subarray(HEADER_SIZE))
  try {
    const value = new ValueReader(ctx, input, at ?? ctx.host.snapshotTs).value()
    return input.left === 0 ? { value, at } : undefined
  } catch (error) {
    if (error instanceof Malformed) return undefined
    throw error
  }
}

/** Header and content, if the text is base64 of the right version, kind and checksum. */
function checkedContent(text: string, kind: number): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64')
  // `Buffer.from` overlooks what is not base64.
  if (bytes.length <= HEADER_SIZE + CHECKSUM_SIZE || bytes.toString('base64') !== text) return undefined
  const content = bytes.subarray(0, -CHECKSUM_SIZE)
  if (content[0] !== VERSION || content[HEADER_SIZE] !== kind) return undefined
  return crc32(content) === bytes.readUInt32BE(content.length) ? content : undefined
}
