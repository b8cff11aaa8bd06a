/** A value of a request cannot be read; the message goes on from `Invalid argument 'n': ` (protocol §4.4). */
export class InvalidValue {
  readonly message: string
  constructor(message: string) {
    this.message = message
  }
}
