/**
 * Measures the performance budget (docs/architecture.md) end to end, as ratios to a bare `node:http` server in the same
 * run, and keeps the figures in `bench/results/`.
 *
 *   npm run bench -- [--seconds N] [--large]
 *
 * `--seconds`: how long each side of a row is loaded, warm-up not counted; 9 unless told. `--large` adds the row that
 * needs 1,000,000 tokens, which takes minutes to set up. `bench/storage.ts` measures stores, `bench/scan.ts` what many
 * elements cost; the latter runs with this.
 */
import { spawnSync } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { arch, cpus } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { type LoadResult, load, post } from './load.ts'
import {
  processorSeconds,
  residentMegabytes,
  rootSecret,
  type ServerProcess,
  startBare,
  startVivarium,
} from './server-process.ts'
import { addTokens, openShop, type Shop } from './shop.ts'

const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '9' }, large: { type: 'boolean', default: false } },
})
const seconds = Number(values.seconds)

interface Row {
  readonly work: string
  readonly measured: number
  readonly unit: 'of bare' | 'of small' | 'ms' | 'MB'
  /** At least, for ratios; at most, for the others. */
  readonly target: number
  /** What it is compared with. */
  readonly against?: Measured
  readonly load?: Measured
}

const connections = 32
/** Each side is loaded so often, in turn: what else the machine does comes and goes within seconds. */
const turns = 9
const warmUpSeconds = 6

interface Measured extends LoadResult {
  /** Processor time of the server for one request, in microseconds; the warm-up counts here. */
  readonly processorMicros: number
}

async function measure({ server, requests }: Side): Promise<Measured> {
  const before = await processorSeconds(server.pid)
  const result = await load({ port: server.port, connections, seconds: seconds / turns, requests })
  const used = (await processorSeconds(server.pid)) - before
  if (result.failures > 0) throw new Error(`a request failed: ${result.firstFailure}`)
  return { ...result, processorMicros: Math.round((used / result.answers) * 1e6) }
}

/** Code is compiled while it runs: a server that has been up for a while is what counts. */
const warmUp = ({ server, requests }: Side): Promise<unknown> =>
  load({ port: server.port, connections, seconds: warmUpSeconds, requests })

const inTheMiddle = <T>(items: readonly T[], key: (item: T) => number): T =>
  items.toSorted((a, b) => key(a) - key(b))[Math.floor(items.length / 2)] as T

const readById = ({ secret, orders }: Shop): Buffer[] =>
  orders.map((id) => post('/query/1', secret, { query: { fql: ['Order.byId(', { value: id }, ')'] } }))

const readPage = ({ secret }: Shop): Buffer[] => [
  post('/query/1', secret, { query: 'Order.byCustomer(Query.identity())' }),
]

const create = ({ secret }: Shop): Buffer[] => [
  post('/query/1', secret, {
    query: 'Order.create({ customer: Query.identity(), number: 1, total: 4200, status: "open", note: note })',
    arguments: { note: 'Leave it at the door, please.' },
  }),
]

/** A server and what it is asked. */
interface Side {
  readonly server: ServerProcess
  readonly requests: readonly Buffer[]
}

/** Loads both in turn, so that what else the machine does falls on both, and answers the median of the ratios. */
async function compare(row: Pick<Row, 'work' | 'unit' | 'target'>, against: Side, ours: Side): Promise<Row> {
  for (const side of [against, ours]) await warmUp(side)
  const rounds: { ratio: number; against: Measured; load: Measured }[] = []
  for (let i = 0; i < turns; i++) {
    const other = await measure(against)
    const load = await measure(ours)
    rounds.push({ ratio: load.requestsPerSecond / other.requestsPerSecond, against: other, load })
  }
  const { ratio, ...measured } = inTheMiddle(rounds, (round) => round.ratio)
  return { ...row, measured: ratio, ...measured }
}

async function measureLoads(): Promise<Row[]> {
  const bare = await startBare()
  const server = await startVivarium()
  try {
    const shop = await openShop(server)
    const ofBare = (work: string, target: number, requests: readonly Buffer[]): Promise<Row> =>
      compare({ work, unit: 'of bare', target }, { server: bare, requests }, { server, requests })
    return [
      await ofBare('read one document by id', 0.4, readById(shop)),
      await ofBare('read a page of 16 through an index', 0.2, readPage(shop)),
      await ofBare('durable create, 32 clients', 0.15, create(shop)),
    ]
  } finally {
    await bare.stop()
    await server.stop()
  }
}

/** Of servers that have just been started: what is in the database counts, not what making it has left in the process. */
async function measureManyTokens(): Promise<Row> {
  const sides: Side[] = []
  try {
    for (const count of [1000, 1_000_000]) {
      const maker = await startVivarium()
      const shop = await openShop(maker)
      await addTokens(maker, count)
      sides.push({ server: await maker.restart(), requests: readById(shop) })
    }
    const [few, many] = sides as [Side, Side]
    const row = { work: 'the same read with 1,000,000 tokens', unit: 'of small', target: 0.9 } as const
    return await compare(row, few, many)
  } finally {
    for (const { server } of sides) await server.stop()
  }
}

/** From the start of the process to its first answer, and its memory when it has had nothing to do for a while. */
async function measureStart(): Promise<Row[]> {
  const times: number[] = []
  let memory = 0
  for (let i = 0; i < 5; i++) {
    const begin = performance.now()
    const server = await startVivarium()
    await firstAnswer(server)
    times.push(performance.now() - begin)
    if (i === 0) {
      await sleep(3000)
      memory = await residentMegabytes(server.pid)
    }
    await server.stop()
  }
  return [
    {
      work: 'cold start to first answer',
      measured: Math.round(inTheMiddle(times, (ms) => ms)),
      unit: 'ms',
      target: 400,
    },
    { work: 'idle memory', measured: memory, unit: 'MB', target: 120 },
  ]
}

async function firstAnswer(server: ServerProcess): Promise<void> {
  const reply = await fetch(`http://127.0.0.1:${server.port}/query/1`, {
    method: 'POST',
    headers: { authorization: `Bearer ${rootSecret}` },
    body: '{"query":"1 + 1"}',
  })
  if (reply.status !== 200) throw new Error(await reply.text())
}

const isRatio = ({ unit }: Row): boolean => unit === 'of bare' || unit === 'of small'
const meets = (row: Row): boolean => (isRatio(row) ? row.measured >= row.target : row.measured <= row.target)

function describe({ load, against, unit }: Row): string {
  if (load === undefined) return ''
  const other = unit === 'of bare' ? 'bare' : 'with 1,000'
  const compared =
    against === undefined ? '' : ` · ${other} ${against.requestsPerSecond}/s, ${against.processorMicros} µs`
  return ` · ${load.requestsPerSecond}/s, p50 ${load.p50.toFixed(1)} ms, p99 ${load.p99.toFixed(1)} ms, ${load.processorMicros} µs of processor${compared}`
}

function print(rows: readonly Row[]): void {
  for (const row of rows) {
    const show = (n: number): string => (isRatio(row) ? `${(n * 100).toFixed(1)} %` : `${n} ${row.unit}`)
    const target = `${isRatio(row) ? '≥' : '≤'} ${show(row.target)}`
    process.stdout.write(
      `${meets(row) ? 'ok  ' : 'MISS'} ${row.work}: ${show(row.measured)} (${target})${describe(row)}\n`,
    )
  }
}

async function keep(rows: readonly Row[]): Promise<void> {
  const folder = fileURLToPath(new URL('results/', import.meta.url))
  await mkdir(folder, { recursive: true })
  const machine = { cpu: cpus()[0]?.model, cores: cpus().length, arch: arch(), node: process.version }
  const content = { date: new Date().toISOString(), machine, seconds, connections, rows }
  await writeFile(`${folder}main.json`, `${JSON.stringify(content, null, 2)}\n`)
}

/** Starts come first: they go to the disk, which has much to do after the loads. */
const starts = await measureStart()
const rows = [...(await measureLoads()), ...starts]
if (values.large) rows.push(await measureManyTokens())
print(rows)
await keep(rows)
const scan = spawnSync(process.execPath, [fileURLToPath(new URL('scan.ts', import.meta.url))], {
  stdio: 'inherit',
})
process.exitCode = rows.every(meets) && scan.status === 0 ? 0 : 1
