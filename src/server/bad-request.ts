/** The request is malformed; `message` is for the client. Answered in the manner of the endpoint. */
export class BadRequest extends Error {
  override readonly name = 'BadRequest'

  constructor(message: string) {
    super(message)
    // Malformed requests are ordinary: nobody reads their stack.
    this.stack = ''
  }
}
