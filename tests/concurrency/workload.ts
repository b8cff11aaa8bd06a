/** Random transactions on lists and registers, as FQL, run by many clients at once. */
import type { Answer, Client } from './client.ts'
import type { Op, RegisterTransaction, Transaction } from './history.ts'

export type Random = () => number

/** Picks one of the items. */
export const pick = <T>(random: Random, items: readonly T[]): T =>
  items[Math.floor(random() * items.length)] as T

/** How a list is kept in the database: FQL expressions. */
export interface ListStore {
  readonly setUp: string
  read(key: string): string
  append(key: string, value: number): string
}

export const listStores: Readonly<Record<string, ListStore>> = {
  'an array in a document': {
    setUp: 'Collection.create({ name: "List" })',
    read: (key) => `List.byId("${key}")?.items ?? []`,
    append: (key, value) => `{
      let list = List.byId("${key}")
      if (list.exists()) list!.update({ items: list!.items.append(${value}) })
      else List.create({ id: "${key}", items: [${value}] })
    }`,
  },
  'entries of an index': {
    setUp: `Collection.create({
      name: "Entry",
      indexes: { byList: { terms: [{ field: ".list" }], values: [{ field: ".n" }, { field: ".v" }] } }
    })`,
    read: (key) => `Entry.byList(${key}).toArray().map(.v)`,
    append: (key, value) => `Entry.create({ list: ${key}, n: Entry.byList(${key}).count(), v: ${value} })`,
  },
  'the end of a descending index': {
    setUp: `Collection.create({
      name: "Event",
      indexes: { byList: { terms: [{ field: ".list" }], values: [{ field: ".n", order: "desc" }] } }
    })`,
    read: (key) => `Event.byList(${key}).reverse().toArray().map(.v)`,
    append: (key, value) =>
      `Event.create({ list: ${key}, n: (Event.byList(${key}).first()?.n ?? 0) + 1, v: ${value} })`,
  },
  'documents found by a predicate': {
    setUp: 'Collection.create({ name: "Item" })',
    read: (key) => `Item.where(.list == ${key}).order(.n).toArray().map(.v)`,
    append: (key, value) =>
      `Item.create({ list: ${key}, n: Item.where(.list == ${key}).count(), v: ${value} })`,
  },
}

/** Runs a client's transactions one after the other. Time is a count of what has happened so far. */
export class Recorder {
  #now = 0
  /** Counts of replies by status. */
  readonly statuses = new Map<number, number>()
  retries = 0

  async run(
    client: Client,
    fql: string,
    options: { readonly retries: number; readonly typecheck: boolean },
  ): Promise<Pick<Transaction, 'invoked' | 'returned' | 'outcome' | 'ts'> & { answer: Answer | undefined }> {
    const invoked = ++this.#now
    let answer: Answer | undefined
    try {
      answer = await client.query(fql, options)
    } catch {
      return { invoked, returned: Number.POSITIVE_INFINITY, outcome: 'unknown', answer }
    }
    this.statuses.set(answer.status, (this.statuses.get(answer.status) ?? 0) + 1)
    this.retries += answer.retries
    const failed = answer.status !== 200
    if (failed && !['contended_transaction', 'abort'].includes(answer.code ?? ''))
      throw new Error(`${fql}\n${answer.status} ${answer.text}`)
    return { invoked, returned: ++this.#now, outcome: failed ? 'failed' : 'ok', ts: answer.ts, answer }
  }
}

export interface Load {
  readonly clients: readonly Client[]
  /** Of each client. */
  readonly transactions: number
  readonly random: Random
  readonly recorder: Recorder
}

const options = (random: Random) => ({ retries: pick(random, [0, 1, 4, 7]), typecheck: random() < 0.2 })

async function eachClient(load: Load, step: (client: Client, name: string) => Promise<void>): Promise<void> {
  const run = async (client: Client, c: number) => {
    for (let i = 0; i < load.transactions; i++) await step(client, `${c}.${i}`)
  }
  await Promise.all(load.clients.map(run))
}

/** Elements a list gets before clients turn to another. */
const LIST_LENGTH = 12
const LISTS = 3

export async function loadLists(load: Load, store: ListStore): Promise<Transaction[]> {
  const { random, recorder } = load
  const history: Transaction[] = []
  let value = 0
  const key = () =>
    String(1 + Math.floor(value / (LISTS * LIST_LENGTH)) * LISTS + Math.floor(random() * LISTS))
  await eachClient(load, async (client, name) => {
    const plan = Array.from({ length: 1 + Math.floor(random() * 4) }, () => ({
      key: key(),
      value: random() < 0.5 ? ++value : undefined,
    }))
    const lines = plan.map((p, i) =>
      p.value === undefined ? `let r${i} = ${store.read(p.key)}` : store.append(p.key, p.value),
    )
    const reads = plan.flatMap((p, i) => (p.value === undefined ? [`r${i}`] : []))
    const fails = random() < 0.05
    const end = fails ? 'abort("changed my mind")' : `[${reads.join(', ')}]`
    const { answer, ...run } = await recorder.run(client, [...lines, end].join('\n'), options(random))
    const lists = run.outcome === 'ok' ? (answer?.data as number[][]) : undefined
    let r = 0
    const ops = plan.flatMap((p): Op[] => {
      if (p.value !== undefined) return [{ kind: 'append', key: p.key, value: p.value }]
      return lists ? [{ kind: 'read', key: p.key, values: lists[r++] as number[] }] : []
    })
    history.push({ name, ...run, ops })
  })
  return history
}

const REGISTERS = ['a', 'b', 'c']

export const registerSetUp = `Collection.create({
  name: "Register",
  indexes: { byName: { terms: [{ field: ".name" }] } },
  constraints: [{ unique: [{ field: ".name" }] }]
})`

/** Reads some registers, by index, and writes some of them. */
export async function loadRegisters(load: Load): Promise<RegisterTransaction[]> {
  const { random, recorder } = load
  const history: RegisterTransaction[] = []
  let value = 0
  await eachClient(load, async (client, name) => {
    const keys = REGISTERS.filter(() => random() < 0.6)
    const plan = keys.map((key) => ({ key, ...(random() < 0.5 && { write: ++value }) }))
    const lines = plan.map(({ key, write }, i) => {
      const found = `let d${i} = Register.byName("${key}").first()\nlet r${i} = d${i}?.value`
      const fields = `{ name: "${key}", value: ${write} }`
      const form = pick(random, [`update({ value: ${write} })`, `replace(${fields})`])
      return write === undefined
        ? found
        : `${found}\nif (d${i} == null) Register.create(${fields}) else d${i}!.${form}`
    })
    const fql = [...lines, `[${plan.map((_, i) => `r${i}`).join(', ')}]`].join('\n')
    const { answer, ...run } = await recorder.run(client, fql, options(random))
    const values = run.outcome === 'ok' ? (answer?.data as (number | null)[]) : []
    history.push({ name, ...run, steps: plan.map((p, i) => ({ ...p, read: values[i] ?? null })) })
  })
  return history
}
