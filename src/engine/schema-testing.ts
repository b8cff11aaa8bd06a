/** An engine over a store in memory, asked as the server would. */
import type { StorageEngine } from '#src/storage/engine.ts'
import { MemoryEngine } from '#src/storage/memory/engine.ts'
import { createEngine } from './engine.ts'
import type { SchemaOperation } from './service.ts'

const SECRET = 'secret'

interface Answer {
  readonly status: number
  // biome-ignore lint/suspicious/noExplicitAny: the shape is what the test is about
  readonly body: any
}

export interface TestEngine {
  readonly storage: StorageEngine
  /** Untyped; in the test database unless told. */
  query(fql: string, database?: string): Promise<Answer>
  schema(operation: SchemaOperation, version?: number): Promise<Answer>
  /** Of `main.fsl` alone; throws when it is refused. */
  push(fsl: string, options?: { staged?: boolean }): Promise<Answer>
  status(format?: 'semantic' | 'summary'): Promise<Answer>
  close(): Promise<void>
}

/** With a database of its own, since the root cannot stage a schema. */
export async function testEngine(storage: StorageEngine = new MemoryEngine()): Promise<TestEngine> {
  const service = createEngine({ storage, rootSecrets: [SECRET] })
  const authorization = `Bearer ${SECRET}:test:admin`
  const query = async (fql: string, database = 'test'): Promise<Answer> => {
    const reply = await service.query({
      authorization: `Bearer ${SECRET}${database === '' ? '' : `:${database}:admin`}`,
      query: fql,
      arguments: undefined,
      format: 'simple',
      typecheck: false,
      linearized: false,
      performanceHints: false,
      timeoutMs: 60_000,
      startedAt: performance.now(),
      maxContentionRetries: 7,
      lastTxnTs: 0,
      tags: undefined,
      trace: false,
      requestId: '',
      address: undefined,
    } as Parameters<typeof service.query>[0])
    return { status: reply.status, body: JSON.parse(reply.body) }
  }
  const schema = async (operation: SchemaOperation, version?: number): Promise<Answer> => {
    const reply = await service.schema({ authorization, operation, version, force: false, requestId: '' })
    return { status: reply.status, body: JSON.parse(reply.body) }
  }
  await query('if (!Database.byName("test").exists()) Database.create({ name: "test" }); null', '')
  return {
    storage,
    query,
    schema,
    push: async (content, { staged = false } = {}) => {
      const files = [{ name: 'main.fsl', content }]
      const answer = await schema({ kind: 'update', files, staged, override: true })
      if (answer.status !== 200) throw new Error(answer.body.error.message)
      return answer
    },
    status: (format) => schema({ kind: 'status', format, color: false }),
    close: async () => service.close(),
  }
}
