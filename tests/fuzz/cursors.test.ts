/** Cursors and event sources that somebody has changed, checksum and all: documented errors, or a page. */
import { crc32 } from 'node:zlib'
import type { QueryService } from '#src/engine/service.ts'
import { MemoryEngine } from '#src/storage/memory/engine.ts'
import { type Client, mustQuery, openService, rootSecret, serviceClient } from '../concurrency/client.ts'
import { pick, type Random } from '../concurrency/workload.ts'
import { DOCUMENTED } from './documented-codes.ts'
import { hunt } from './hunt.ts'
import { setUp } from './programs.ts'

const SETS = [
  ...[
    'Item.all()',
    'Item.byA(1)',
    'Item.byTag("x").reverse()',
    'Item.sorted({ from: 1 })',
    'Item.where(.a > 0)',
  ],
  ...[
    'Set.sequence(0, 100)',
    '[1, "a", 2.5, Time.now(), null, { a: [Bytes("AA==")] }, Item(1)].concat([1, 2]).toSet()',
  ],
  ...['{ let x = { k: 9000000000 }; Item.all().map(d => [d.a, x]) }', 'Item.all().order(.b, desc(.a))'],
  ...[
    'Item.all().flatMap(d => Item.byA(d.a))',
    'Item.all().concat(Other.all()).drop(1).take(90)',
    'Item.all().distinct()',
  ],
  ...[
    '{ let f = (x, ...ys) => x.a; Item.all().map(f).where(x => x != null) }',
    'Item.all() { a, b: .o.n, c: 1 + 1 }',
  ],
  ...['Role.all().concat(Item.all())', 'Set.single(Item(1)).concat(Set.single(twice)).concat(Item.all())'],
]
const SOURCES = [
  'Item.all()',
  'Item.where(.a > 1)',
  'Item.byA(1) { a }',
  'Item.all().map(d => d.a)',
  'Set.single(Item(1)!)',
]

interface Place {
  readonly service: QueryService
  readonly client: Client
}

async function openPlace(): Promise<Place> {
  const service = openService(new MemoryEngine())
  const client = serviceClient(service)
  for (const fql of setUp) await mustQuery(client, fql)
  return { service, client }
}

const place = await openPlace()
const cursors = await Promise.all(
  SETS.map(
    async (set) => (await mustQuery(place.client, `(${set}).paginate(2).after!.toString()`)) as string,
  ),
)
const sources = await Promise.all(
  SOURCES.map(async (set) => (await mustQuery(place.client, `(${set}).eventSource()`)) as string),
)

function change(random: Random, token: string, others: readonly string[]): string {
  if (random() < 0.02) return token.slice(0, Math.floor(random() * token.length))
  let bytes: Buffer = Buffer.from(token, 'base64').subarray(0, -4)
  for (let n = Math.floor(random() * 3) + 1; n > 0; n--) bytes = changeBytes(random, bytes, others)
  const checksum = Buffer.alloc(4)
  checksum.writeUInt32BE(crc32(bytes))
  return Buffer.concat([bytes, checksum]).toString('base64')
}

function changeBytes(random: Random, bytes: Buffer, others: readonly string[]): Buffer {
  // The version and the time are left alone, most of the time.
  const start = random() < 0.05 ? 0 : 9
  const at = start + Math.floor(random() * (bytes.length - start))
  const [before, after] = [bytes.subarray(0, at), bytes.subarray(at)]
  const other = Buffer.from(pick(random, others), 'base64')
  switch (Math.floor(random() * 6)) {
    case 0:
      return Buffer.concat([before, Buffer.from([Math.floor(random() * 256)]), after.subarray(1)])
    case 1:
      return Buffer.concat([
        before,
        Buffer.from([(after[0] ?? 0) + (random() < 0.5 ? 1 : 255)]),
        after.subarray(1),
      ])
    case 2:
      return Buffer.concat([before, after.subarray(1 + Math.floor(random() * 8))])
    case 3:
      return Buffer.concat([before, after.subarray(0, Math.floor(random() * 8)), after])
    case 4:
      return Buffer.concat([before, other.subarray(9 + Math.floor(random() * (other.length - 13)), -4)])
    default:
      return Buffer.concat([
        before,
        pick(random, [Buffer.alloc(9, 255), Buffer.alloc(9, 128), Buffer.alloc(8)]),
        after,
      ])
  }
}

function checkReply(status: number, code: string | undefined, text: string): void {
  if (status !== 200 && !DOCUMENTED[status]?.has(code ?? '')) throw new Error(`${status} ${text}`)
}

hunt({
  target: 'cursors',
  inputs: 2000,
  share: 0.1,
  make: (random) => change(random, pick(random, cursors), cursors),
  async check(cursor) {
    for (const fql of ['Set.paginate(c)', 'Set.paginate(c, 5).data.length']) {
      const options = { arguments: { c: cursor }, timeoutMs: 5000 }
      const { status, code, text } = await place.client.query(fql, options)
      checkReply(status, code, text ?? '')
    }
  },
})

hunt({
  target: 'event-sources',
  inputs: 1000,
  share: 0.05,
  make: (random) => change(random, pick(random, sources), [...sources, ...cursors]),
  async check(token) {
    const { status, body } = await place.service.feed({
      authorization: `Bearer ${rootSecret}`,
      token,
      cursor: undefined,
      startTs: undefined,
      pageSize: 16,
      timeoutMs: 5000,
      startedAt: performance.now(),
      maxContentionRetries: 0,
      lastTxnTs: 0,
      requestId: '0'.repeat(32),
    })
    const { error } = JSON.parse(body) as { error?: { code: string } }
    checkReply(status, error?.code, body)
  },
})
