import { expect } from 'vitest'
import type { AskOptions, TestDatabase } from './database.ts'

/** A query and what it must answer: a value, or the failure that `failing` describes. */
export type Row = readonly [query: string, expected: unknown, options?: AskOptions]

export interface Failing {
  readonly code: string
  readonly message: unknown
  readonly constraint_failures?: unknown
}

/** `failures`: `path: message`, the path joined by dots. */
export const failing = (code: string, message: string | RegExp, failures?: readonly string[]): Failing => ({
  code,
  message: message instanceof RegExp ? expect.stringMatching(message) : message,
  ...(failures === undefined ? {} : { constraint_failures: failures.map(failure) }),
})

function failure(text: string): unknown {
  const [, labels = '', message] = /^([\w.,]*): (.*)$/s.exec(text) ?? []
  const paths = labels === '' ? [] : labels.split(',').map((label) => label.split('.').map(step))
  return { paths, message }
}

const step = (text: string): string | number => (/^\d+$/.test(text) ? Number(text) : text)

export const UNTYPED: AskOptions = { typecheck: false }
export const TYPED: AskOptions = { typecheck: true }

/** `row`: a `Row`, of which `test.each` forgets the type. */
export async function expectReply(db: TestDatabase, row: readonly unknown[]): Promise<void> {
  const [query, expected, options] = row as Row
  const { body } = await db.ask(query, options)
  if (isFailing(expected)) expect(body.error ?? body.data, query).toMatchObject(expected)
  else expect(body.error ?? body.data, query).toEqual(expected)
}

const isFailing = (expected: unknown): expected is Failing =>
  typeof expected === 'object' && expected !== null && 'code' in expected && 'message' in expected
