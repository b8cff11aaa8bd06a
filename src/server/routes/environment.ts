/** `/environment/1` (protocol §10): types for editors. Its errors are at the top level; its body is ignored. */
import type { QueryService, Reply } from '#src/engine/service.ts'
import type { Exchange } from '../exchange.ts'

export function environment(exchange: Exchange, service: QueryService): void {
  exchange.answer(() => service.environment(exchange.caller), topLevelError)
}

const topLevelError = (status: number, code: string, message: string): Reply => ({
  status,
  body: JSON.stringify({ code, message }),
})
