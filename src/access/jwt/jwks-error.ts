/**
 * Why a key set could not be had. `address`: the host is not one that may be asked. `scheme`: not https. `status`: an
 * answer other than 200 (redirects included). `busy`: too many downloads at once. The client never learns which.
 */
export type JwksFailure =
  | 'scheme'
  | 'address'
  | 'name'
  | 'network'
  | 'timeout'
  | 'status'
  | 'encoding'
  | 'too-large'
  | 'malformed'
  | 'busy'

export class JwksError extends Error {
  override readonly name = 'JwksError'
  readonly failure: JwksFailure

  constructor(failure: JwksFailure, options?: ErrorOptions) {
    super(`no key set: ${failure}`, options)
    this.failure = failure
  }
}
