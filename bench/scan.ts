/**
 * What queries over many elements cost, on the embedded store, in this process: documents a second that a predicate is
 * asked for, and the cost of one element as their number grows, which must stay as it is. `node bench/scan.ts`.
 *
 * Times are the least of some rounds: what else the machine does only adds.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createEngine } from '#src/engine/engine.ts'
import { LmdbEngine } from '#src/storage/lmdb/engine.ts'

const DOCUMENTS = 100_000
const SIZES = [100, 1000, 10_000, 100_000]
const ROUNDS = Number(process.env['ROUNDS'] ?? 5)
const only = process.argv[2]

const folder = mkdtempSync(join(tmpdir(), 'vivarium-scan-'))
const service = createEngine({
  storage: new LmdbEngine(folder),
  rootSecrets: ['secret'],
  jwksReach: 'developer',
})

async function run(query: string): Promise<unknown> {
  const { status, body } = await service.query({
    query,
    arguments: undefined,
    format: 'simple',
    typecheck: false,
    linearized: false,
    performanceHints: false,
    timeoutMs: 600_000,
    startedAt: performance.now(),
    maxContentionRetries: 0,
    lastTxnTs: 0,
    tags: undefined,
    trace: false,
    requestId: '0'.repeat(32),
    authorization: 'Bearer secret',
  })
  const { data, error, summary } = JSON.parse(body) as { data?: unknown; error?: unknown; summary?: string }
  if (status !== 200) throw new Error(`${query}\n${JSON.stringify(error)}\n${summary}`)
  return data
}

async function fill(): Promise<void> {
  await run(`Collection.create({
    name: "Item",
    indexes: { byGroup: { terms: [{ field: ".group" }], values: [{ field: ".n" }] }, sorted: { values: [{ field: ".n" }] } }
  })`)
  for (let from = 0; from < DOCUMENTS; from += 5000)
    await run(`Set.sequence(${from}, ${from + 5000}).forEach(i => Item.create({
      n: i, group: i % 1000, total: i * 100, status: if (i % 3 == 0) "open" else "closed",
      name: "Item number " + i.toString(), address: { street: "Main Street 1", city: "Zurich" }
    }))`)
}

/** Seconds. */
async function least(work: () => Promise<unknown>): Promise<number> {
  let best = Number.POSITIVE_INFINITY
  for (let i = 0; i < ROUNDS; i++) {
    const started = performance.now()
    await work()
    best = Math.min(best, performance.now() - started)
  }
  return best / 1000
}

const SCANS: Readonly<Record<string, string>> = {
  'where(.total > n).count()': 'Item.where(.total > 5000000).count()',
  'where(two fields).count()': 'Item.where(i => i.status == "open" && i.total > 5000000).count()',
  'where(nested field).count()': 'Item.where(.address.city == "Bern").count()',
  'where(none).first()': 'Item.where(.n == -1).first()',
  'all().count()': 'Item.all().count()',
  'all().map(.n).fold(+)': 'Item.all().map(.n).fold(0, (a, b) => a + b % 7)',
  'index, where(.total > n).count()': 'Item.sorted().where(.total > 5000000).count()',
}

async function walk(n: number): Promise<void> {
  type Page = { data: unknown[]; after?: string }
  let page = (await run(`Item.all().take(${n}).map(.n).paginate(100)`)) as Page
  let count = page.data.length
  while (page.after !== undefined) {
    page = (await run(`Set.paginate("${page.after}", 100)`)) as Page
    count += page.data.length
  }
  if (count !== n) throw new Error(`${count} elements on the pages of ${n}`)
}

interface Growing {
  /** The most elements that the language lets it have. */
  readonly most?: number
  work(n: number): Promise<unknown>
}

const GROWING: Readonly<Record<string, Growing>> = {
  'Set.sequence().map().count()': { work: (n) => run(`Set.sequence(0, ${n}).map(i => i + 1).count()`) },
  'documents, projection': {
    work: (n) => run(`(Item.all().take(${n}) { n, total, address { city } }).where(.n < 0).count()`),
  },
  'documents, order': {
    most: 16_000,
    work: (n) => run(`Item.all().take(${n}).order(desc(.total)).first()!.n`),
  },
  'array, order': {
    most: 16_000,
    work: (n) => run(`Array.sequence(0, ${n}).order(desc(i => i % 100)).length`),
  },
  'array, distinct': {
    most: 16_000,
    work: (n) => run(`Array.sequence(0, ${n}).map(i => i % 5000).distinct().length`),
  },
  'string, built one by one': {
    work: (n) => run(`Set.sequence(0, ${n}).fold("", (s, i) => s + "x").length`),
  },
  'string, built by templates': {
    work: (n) => run(`Set.sequence(0, ${n}).fold("", (s, i) => "#{s}x").length`),
  },
  'pages of 100': { work: walk },
  'flatMap, concat': {
    work: (n) =>
      run(`Set.sequence(0, ${n / 10}).flatMap(i => Set.sequence(0, 9).concat(Set.single(i))).count()`),
  },
  'set, distinct': {
    most: 16_000,
    work: (n) => run(`Set.sequence(0, ${n}).map(i => i % 1000).distinct().count()`),
  },
}

function print(name: string, figures: readonly string[]): void {
  process.stdout.write(`${name.padEnd(34)}${figures.map((f) => f.padStart(12)).join('')}\n`)
}

await fill()
print('documents/s', ['100,000'])
for (const [name, query] of Object.entries(SCANS)) {
  if (only && !name.includes(only)) continue
  print(name, [Math.round(DOCUMENTS / (await least(() => run(query)))).toLocaleString('en')])
}
print(
  'µs per element',
  SIZES.map((n) => n.toLocaleString('en')),
)
for (const [name, { work, most = SIZES.at(-1) as number }] of Object.entries(GROWING)) {
  if (only && !name.includes(only)) continue
  const figures: string[] = []
  for (const size of SIZES) {
    const n = Math.min(size, most)
    figures.push((((await least(() => work(n))) / n) * 1e6).toFixed(2))
  }
  print(name, figures)
}
await service.close()
rmSync(folder, { recursive: true })
