/** `/ping` and `/authorized` (protocol §10). */
import type { QueryService, Reply } from '#src/engine/service.ts'
import type { Exchange } from '../exchange.ts'
import { legacyError, resource } from '../replies.ts'

export function ping(exchange: Exchange, service: QueryService, parameters: URLSearchParams): void {
  const scope = pingScope(parameters.get('scope'))
  exchange.answer(async () => {
    if (!isRead(exchange)) return methodNotAllowed('GET, HEAD')
    const patience = Math.min(Number(parameters.get('timeout')) || defaultPatienceMs, maxPatienceMs)
    return pingReply(scope, await within(patience, service.healthy(storeScope(scope))), patience)
  }, legacyError)
}

export function authorized(exchange: Exchange, service: QueryService): void {
  exchange.answer(
    () => (isRead(exchange) ? service.authorized(exchange.caller) : methodNotAllowed('GET')),
    legacyError,
  )
}

const isRead = ({ request }: Exchange): boolean => request.method === 'GET' || request.method === 'HEAD'

const defaultPatienceMs = 1000
const maxPatienceMs = 60_000

const methodNotAllowed = (allow: string): Reply =>
  legacyError(405, 'method not allowed', `Allowed methods are ${allow}.`, { allow })

type PingScope = 'all' | 'write' | 'read' | 'node'

function pingScope(name: string | null): PingScope {
  switch (name) {
    case null:
    case 'write':
    case 'global':
      return 'write'
    case 'all':
      return 'all'
    case 'read':
    case 'local':
      return 'read'
    default:
      return 'node'
  }
}

const storeScope = (scope: PingScope): 'read' | 'write' =>
  scope === 'read' || scope === 'node' ? 'read' : 'write'

function pingReply(scope: PingScope, healthy: boolean | 'late', patienceMs: number): Reply {
  if (healthy === true) return resource(`Scope ${scope} is OK`)
  const trouble = healthy === 'late' ? `timed out after ${patienceMs} milliseconds` : 'is unavailable'
  return legacyError(503, 'time out', `Scope ${scope} ${trouble}`)
}

async function within(ms: number, work: boolean | Promise<boolean>): Promise<boolean | 'late'> {
  if (typeof work === 'boolean') return work
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(resolve, ms, 'late')
  })
  try {
    return await Promise.race([work.catch(() => false), late])
  } finally {
    clearTimeout(timer)
  }
}
