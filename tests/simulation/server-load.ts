/** A client that changes documents and tokens of its own, and knows what must be there after a crash. */
import type { Client } from '../concurrency/client.ts'
import { pick, type Random } from '../concurrency/workload.ts'

export const setUp = `Collection.create({
  name: "Note",
  computed_fields: { parity: { body: "note => note.n % 2" } },
  indexes: {
    byOwner: { terms: [{ field: ".owner" }], values: [{ field: ".n", order: "desc" }] },
    byLabel: { terms: [{ field: ".labels", mva: true }], values: [{ field: ".n" }, { field: ".owner" }] },
    byParity: { terms: [{ field: ".parity" }] }
  },
  constraints: [{ unique: [{ field: ".title" }] }]
})`

interface Note {
  readonly n: number
  readonly title: string
  readonly labels: readonly string[]
}
/** By id; `null`: deleted. */
type Notes = Map<string, Note | null>

interface Token {
  readonly id: string
  readonly document: string
  /** `unknown`: its deletion was under way. */
  readonly state: 'alive' | 'deleted' | 'unknown'
}

const LABELS = ['red', 'green', 'blue']

export class LoadClient {
  readonly #name: number
  readonly #random: Random
  readonly #notes: Notes = new Map()
  readonly #tokens = new Map<string, Token>()
  /** What the request under way, or of unknown outcome, writes. */
  #pending: Notes = new Map()
  #counter = 0
  /** Requests that were answered. */
  acknowledged = 0

  constructor(name: number, random: Random) {
    this.#name = name
    this.#random = random
  }

  /** Works until a request gets no answer. */
  async run(client: Client): Promise<void> {
    try {
      for (;;) await this.#step(client)
    } catch (error) {
      if (!(error instanceof TypeError)) throw error
    }
  }

  async #step(client: Client): Promise<void> {
    const alive = [...this.#notes].flatMap(([id, note]) => (note ? [id] : []))
    const dice = this.#random()
    if (alive.length < 3 || dice < 0.3) await this.#write(client, new Map([[this.#newId(), this.#newNote()]]))
    else if (dice < 0.5)
      await this.#write(client, this.#move(pick(this.#random, alive), pick(this.#random, alive)))
    else if (dice < 0.7) await this.#write(client, new Map([[pick(this.#random, alive), this.#newNote()]]))
    else if (dice < 0.8) await this.#write(client, new Map([[pick(this.#random, alive), null]]))
    else if (dice < 0.95) await this.#createToken(client, pick(this.#random, alive))
    else await this.#deleteToken(client)
    this.acknowledged++
  }

  #newId(): string {
    return String(++this.#counter * 1000 + this.#name)
  }

  #newNote(): Note {
    const n = Math.floor(this.#random() * 100)
    const labels = LABELS.filter(() => this.#random() < 0.5)
    return { n, title: `title ${++this.#counter} of ${this.#name}`, labels }
  }

  /** Takes from one what it adds to the other. */
  #move(from: string, to: string): Notes {
    const [a, b] = [this.#notes.get(from) as Note, this.#notes.get(to) as Note]
    return new Map(
      from === to
        ? []
        : [
            [from, { ...a, n: a.n - 7 }],
            [to, { ...b, n: b.n + 7 }],
          ],
    )
  }

  async #write(client: Client, changes: Notes): Promise<void> {
    const lines = [...changes].map(([id, note]) => {
      if (note === null) return `Note.byId("${id}")!.delete()`
      const fields = JSON.stringify({ owner: this.#name, ...note })
      return this.#notes.get(id)
        ? `Note.byId("${id}")!.replace(${fields})`
        : `Note.create(Object.assign({ id: "${id}" }, ${fields}))`
    })
    this.#pending = changes
    await succeed(client, [...lines, '0'].join('\n'))
    for (const [id, note] of changes) this.#notes.set(id, note)
    this.#pending = new Map()
  }

  async #createToken(client: Client, id: string): Promise<void> {
    const fql = `let t = Token.create({ document: Note.byId("${id}")! }); { id: t.id, secret: t.secret }`
    const token = (await succeed(client, fql)) as { id: string; secret: string }
    this.#tokens.set(token.secret, { id: token.id, document: id, state: 'alive' })
  }

  async #deleteToken(client: Client): Promise<void> {
    for (const [secret, token] of this.#tokens) {
      if (token.state !== 'alive') continue
      this.#tokens.set(secret, { ...token, state: 'unknown' })
      await succeed(client, `Token.byId("${token.id}")!.delete()`)
      this.#tokens.set(secret, { ...token, state: 'deleted' })
      return
    }
  }

  /** Compares with what the server has, and takes over what was under way. Answers what is wrong, in words. */
  async check(root: Client, withSecret: (secret: string) => Client): Promise<string[]> {
    const stored = await this.#stored(root)
    const text = (note: Note | null | undefined) => JSON.stringify(note ?? null)
    const problems: string[] = []
    for (const [id, note] of this.#notes)
      if (!this.#pending.has(id) && text(stored.get(id)) !== text(note))
        problems.push(`${id} is ${text(stored.get(id))}, was ${text(note)}`)
    for (const id of stored.keys())
      if (!this.#notes.has(id) && !this.#pending.has(id)) problems.push(`nobody wrote ${id}`)
    const outcomes = [...this.#pending].map(([id, note]) => {
      const now = text(stored.get(id))
      return now === text(note)
        ? 'done'
        : now === text(this.#notes.get(id))
          ? 'not done'
          : `damaged ${id}: ${now}`
    })
    if (new Set(outcomes).size > 1 || outcomes[0]?.startsWith('damaged')) problems.push(outcomes.join(', '))
    if (outcomes[0] === 'done') for (const [id, note] of this.#pending) this.#notes.set(id, note)
    this.#pending = new Map()
    return [...problems, ...(await this.#checkTokens(root, withSecret))]
  }

  async #stored(root: Client): Promise<Map<string, Note>> {
    const fql = `Note.byOwner(${this.#name}).toArray().map(x => [x.id, { n: x.n, title: x.title, labels: x.labels }])`
    return new Map((await succeed(root, fql)) as [string, Note][])
  }

  async #checkTokens(root: Client, withSecret: (secret: string) => Client): Promise<string[]> {
    const problems: string[] = []
    for (const [secret, token] of this.#tokens) {
      const exists = (await succeed(root, `Token.byId("${token.id}").exists()`)) as boolean
      if (token.state === 'unknown')
        this.#tokens.set(secret, { ...token, state: exists ? 'alive' : 'deleted' })
      else if (exists !== (token.state === 'alive')) problems.push(`token ${token.id} exists: ${exists}`)
      // A token is good for as long as its document is there.
      const expected = exists && this.#notes.get(token.document) ? 200 : 401
      const { status } = await withSecret(secret).query('0')
      if (status !== expected) problems.push(`token ${token.id}: ${status}, expected ${expected}`)
    }
    return problems
  }
}

/** Throws a `TypeError` when no answer comes, as `fetch` does. */
async function succeed(client: Client, fql: string): Promise<unknown> {
  const { status, data, text } = await client.query(fql)
  if (status !== 200) throw new Error(`${status} ${text}\n${fql}`)
  return data
}
