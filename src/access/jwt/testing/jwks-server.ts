import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import http from 'node:http'
import https from 'node:https'
import type { AddressInfo } from 'node:net'
import { makeCertificate } from '#src/access/jwt/testing/certificate.ts'

/** An identity provider on the loopback. `requests`: what it was asked, oldest first. `answer` may be replaced. */
export interface JwksServer {
  readonly ca: string
  readonly port: number
  readonly requests: IncomingMessage[]
  answer: (request: IncomingMessage, response: ServerResponse) => void
  /** An https (or http) URI at `localhost`. */
  uri(path?: string): string
  close(): Promise<void>
}

export async function startJwksServer(scheme: 'https' | 'http' = 'https'): Promise<JwksServer> {
  const { cert, key } = makeCertificate()
  const requests: IncomingMessage[] = []
  const listener: RequestListener = (request, response) => {
    requests.push(request)
    self.answer(request, response)
  }
  const server =
    scheme === 'https' ? https.createServer({ cert, key }, listener) : http.createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const self: JwksServer = {
    ca: cert,
    port,
    requests,
    answer: (_, response) => response.end('{"keys":[]}'),
    uri: (path = '/keys.json') => `${scheme}://localhost:${port}${path}`,
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  return self
}
