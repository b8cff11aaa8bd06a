/**
 * What queries over many elements cost, on the embedded store, in this process: documents a second that a predicate is
 * asked for, and the cost of one element as their number grows, which must stay as it is. Keeps the figures in
 * `bench/results/`. `npm run bench` runs it too; alone: `node bench/scan.ts [PART OF A NAME]`.
 *
 * Times are the least of some rounds: what else the machine does only adds.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { arch, cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
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

async function run(query: string, secret = 'secret'): Promise<unknown> {
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
    authorization: `Bearer ${secret}`,
  })
  const { data, error, summary } = JSON.parse(body) as { data?: unknown; error?: unknown; summary?: string }
  if (status !== 200) throw new Error(`${query}\n${JSON.stringify(error)}\n${summary}`)
  return data
}

async function fill(): Promise<void> {
  await run(`Collection.create({
    name: "Item",
    indexes: { byGroup: { terms: [{ field: ".group" }], values: [{ field: ".n" }] }, sorted: { values: [{ field: ".n" }] } }
  })
  Role.create({ name: "reader", privileges: [{ resource: "Item", actions: { read: "i => i.n >= 0" } }] })`)
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

/** Documents a second, for predicates on documents without an index. */
const LEAST_RATE = 250_000
/** An element among the most may cost so many times what it costs among few. */
const MOST_GROWTH = 2

/** Predicates on documents without an index. */
const SCANS: Readonly<Record<string, string>> = {
  'where(.total > n).count()': 'Item.where(.total > 5000000).count()',
  'where(two fields).count()': 'Item.where(i => i.status == "open" && i.total > 5000000).count()',
  'where(nested field).count()': 'Item.where(.address.city == "Bern").count()',
  'where(none).first()': 'Item.where(.n == -1).first()',
}

/** Other ways through all documents, which have no target. */
const OTHERS: Readonly<Record<string, string>> = {
  'all().count()': 'Item.all().count()',
  'all().map(.n).fold(+)': 'Item.all().map(.n).fold(0, (a, b) => a + b % 7)',
  'index, where(.total > n).count()': 'Item.sorted().where(.total > 5000000).count()',
}

/** The same, where a predicate of a role is asked first. */
const WITH_ROLE: Readonly<Record<string, string>> = {
  'where(.total > n).count(), with a role': 'Item.where(.total > 5000000).count()',
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
  'documents, shown': { most: 16_000, work: (n) => run(`Item.all().pageSize(${n})`) },
  'index, shown in part': { most: 16_000, work: (n) => run(`Item.sorted().pageSize(${n}) { n }`) },
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

interface Figure {
  readonly work: string
  readonly unit: 'documents/s' | 'µs'
  /** For the numbers of elements in `SIZES`, or for `DOCUMENTS`. */
  readonly measured: readonly number[]
  readonly meets: boolean | undefined
}

const isWanted = ([name]: readonly [string, unknown]): boolean => !only || name.includes(only)

async function scans(
  queries: Readonly<Record<string, string>>,
  target?: number,
  secret?: string,
): Promise<Figure[]> {
  const figures: Figure[] = []
  for (const [work, query] of Object.entries(queries).filter(isWanted)) {
    const rate = Math.round(DOCUMENTS / (await least(() => run(query, secret))))
    figures.push({
      work,
      unit: 'documents/s',
      measured: [rate],
      meets: target === undefined ? undefined : rate >= target,
    })
  }
  return figures
}

async function growth(): Promise<Figure[]> {
  const figures: Figure[] = []
  for (const [work, { work: on, most = DOCUMENTS }] of Object.entries(GROWING).filter(isWanted)) {
    const measured: number[] = []
    for (const size of SIZES) {
      const n = Math.min(size, most)
      measured.push(((await least(() => on(n))) / n) * 1e6)
    }
    const [, few = 0, , many = 0] = measured
    figures.push({ work, unit: 'µs', measured, meets: many <= few * MOST_GROWTH })
  }
  return figures
}

function print({ work, unit, measured, meets }: Figure): void {
  const show = (n: number): string => (unit === 'µs' ? n.toFixed(2) : n.toLocaleString('en')).padStart(10)
  const verdict = meets === undefined ? '    ' : meets ? 'ok  ' : 'MISS'
  process.stdout.write(`${verdict} ${work.padEnd(40)}${measured.map(show).join('')} ${unit}\n`)
}

function keep(figures: readonly Figure[]): void {
  const results = fileURLToPath(new URL('results/', import.meta.url))
  mkdirSync(results, { recursive: true })
  const machine = { cpu: cpus()[0]?.model, cores: cpus().length, arch: arch(), node: process.version }
  const content = { date: new Date().toISOString(), machine, documents: DOCUMENTS, sizes: SIZES, figures }
  writeFileSync(`${results}scan.json`, `${JSON.stringify(content, null, 2)}\n`)
}

await fill()
process.stdout.write(
  `through ${DOCUMENTS.toLocaleString('en')} documents; target: ${LEAST_RATE.toLocaleString('en')} a second\n`,
)
const through = [
  ...(await scans(SCANS, LEAST_RATE)),
  ...(await scans(OTHERS)),
  ...(await scans(WITH_ROLE, undefined, 'secret:@role/reader')),
]
through.forEach(print)
process.stdout.write(
  `an element among ${SIZES.join(', ')}; target: the cost grows at most ${MOST_GROWTH}-fold\n`,
)
const growing = await growth()
growing.forEach(print)
if (!only) keep([...through, ...growing])
await service.close()
rmSync(folder, { recursive: true })
process.exitCode = [...through, ...growing].every((f) => f.meets !== false) ? 0 : 1
