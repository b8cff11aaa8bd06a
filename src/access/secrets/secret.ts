import { inspect } from 'node:util'

const HIDDEN = '***'

/**
 * Text which never prints itself: logs, errors, JSON, templates and the inspector all see `***`.
 * Whoever needs the text must write `reveal()`, which is easy to search for.
 */
export class Secret {
  readonly #text: string

  constructor(text: string) {
    this.#text = text
  }

  reveal(): string {
    return this.#text
  }

  toString(): string {
    return HIDDEN
  }

  toJSON(): string {
    return HIDDEN
  }

  [inspect.custom](): string {
    return HIDDEN
  }
}
