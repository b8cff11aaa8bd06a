/** `/export/1` (protocol §10): its errors are bare texts. */
import type { QueryService } from '#src/engine/service.ts'
import type { Exchange } from '../exchange.ts'
import { plainError } from '../replies.ts'

export function exports(exchange: Exchange, service: QueryService): void {
  exchange.answer(
    () => service.exports(exchange.caller),
    (status, _code, message) => plainError(status, message),
  )
}
