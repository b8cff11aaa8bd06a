/** Calls of a running server on behalf of an admin, for the commands that do so. */
import { Option } from 'commander'
import { CliError } from './cli-error.ts'
import { rootSecretVariable } from './root-secret.ts'

export interface AdminOptions {
  readonly url: string
  readonly admin?: string
}

export const urlOption = (): Option =>
  new Option('--url <url>', 'the server').default('http://127.0.0.1:8443').env('VIVARIUM_URL')

export const adminOption = (): Option =>
  new Option('--admin <secret>', 'secret of an admin key, or the root secret').env(rootSecretVariable)

export interface AdminCall {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  readonly path: string
  readonly body?: unknown
  readonly accept?: string
}

/** The body of the answer. Throws `CliError` when there is none, or a refusal. */
export async function callServer(options: AdminOptions, call: AdminCall): Promise<string> {
  const { admin, url } = options
  if (admin === undefined)
    throw new CliError(`an admin's secret is needed: --admin, or ${rootSecretVariable}`)
  const headers = { authorization: `Bearer ${admin}`, accept: call.accept ?? 'application/json' }
  const body = call.body === undefined ? {} : { body: JSON.stringify(call.body) }
  let reply: Response
  try {
    reply = await fetch(new URL(call.path, url), { method: call.method, headers, ...body })
  } catch {
    throw new CliError(`no server answers at ${url}`)
  }
  const text = await reply.text()
  if (reply.ok) return text
  throw new CliError(refusal(reply.status, text))
}

function refusal(status: number, text: string): string {
  if (status === 401) return 'the server does not know the secret of --admin'
  if (status === 403) return 'the secret of --admin is not that of an admin'
  try {
    return (JSON.parse(text) as { error: { message: string } }).error.message
  } catch {
    return `the server answers ${status}`
  }
}
