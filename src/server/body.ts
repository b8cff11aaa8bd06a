/** Reads the body of a request, up to a limit. */
import type { Incoming } from './exchange.ts'

/** `undefined`: none, or empty. `too-large`: it was read to its end and thrown away. */
export type Body = Buffer | undefined | 'too-large'

/** Bytes beyond the limit that are still read, so that the client gets to see the answer; after that it is cut off. */
const patience = 64 * 1024 * 1024

/** Calls `done` once with the body; never, when the client goes away before its end. */
export function readBody(request: Incoming, limit: number, done: (body: Body) => void): void {
  let first: Buffer | undefined
  let rest: Buffer[] | undefined
  let size = 0
  request.on('data', (chunk: Buffer) => {
    size += chunk.length
    if (size > limit) {
      first = rest = undefined
      if (size > limit + patience) request.destroy()
    } else if (first === undefined) first = chunk
    else if (rest === undefined) rest = [first, chunk]
    else rest.push(chunk)
  })
  request.on('end', () => {
    if (size > limit) done('too-large')
    else done(rest === undefined ? first : Buffer.concat(rest, size))
  })
}
