/** A small client for the tests of the documentation. */
import type { OwnServer } from '../conformance/own-server.ts'

export interface Answer {
  readonly status: number
  /** The body, decoded from JSON. */
  // biome-ignore lint/suspicious/noExplicitAny: any shape may come
  readonly body: any
}

async function answerOf(response: Response): Promise<Answer> {
  const text = await response.text()
  return { status: response.status, body: text === '' ? undefined : JSON.parse(text) }
}

export async function request(
  server: OwnServer,
  path: string,
  init: { method?: string; headers?: Record<string, string>; body?: string | FormData } = {},
): Promise<Answer> {
  const headers = { authorization: `Bearer ${server.secret}`, ...init.headers }
  return answerOf(await fetch(`${server.url}${path}`, { method: 'POST', ...init, headers }))
}

export const query = (
  server: OwnServer,
  fql: string,
  headers: Record<string, string> = {},
): Promise<Answer> => request(server, '/query/1', { headers, body: JSON.stringify({ query: fql }) })

/** Makes `fsl` the whole schema; throws with the server's words when it is refused. */
export async function pushSchema(server: OwnServer, fsl: string): Promise<void> {
  const body = new FormData()
  body.set('main.fsl', fsl)
  const { status, body: answer } = await request(server, '/schema/1/update?force=true', { body })
  if (status !== 200) throw new Error(answer.error.message)
}

/** The data of a query that must succeed. */
export async function run(
  server: OwnServer,
  fql: string,
  format: 'simple' | 'tagged' | 'decorated' = 'simple',
): Promise<unknown> {
  const { status, body } = await query(server, fql, { 'x-format': format })
  if (status !== 200) throw new Error(body.summary ?? body.error.message)
  return body.data
}
