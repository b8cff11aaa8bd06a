/**
 * Runs the conformance cases against a server of our own and prints what fails, and the counts of each area:
 *
 *   node tests/conformance/local.ts [--area NAME]… [--filter TEXT] [--late] [--verbose]
 *
 * `--late`: over a store that never answers at once.
 */
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { FaultyEngine } from '#src/storage/faulty/engine.ts'
import { MemoryEngine } from '#src/storage/memory/engine.ts'
import { startOwnServer } from './own-server.ts'
import { runCases } from './run-cases.ts'

const { values } = parseArgs({
  options: {
    area: { type: 'string', multiple: true, default: [] },
    filter: { type: 'string', default: '' },
    late: { type: 'boolean', default: false },
    verbose: { type: 'boolean', default: false },
  },
})

const caseFile = (area: string): string => fileURLToPath(new URL(`cases/${area}.yaml`, import.meta.url))

const server = await startOwnServer(values.late ? new FaultyEngine(new MemoryEngine()) : new MemoryEngine())
const results = await runCases(server, {
  show: true,
  arguments: [
    ...values.area.flatMap((area) => ['--cases', caseFile(area)]),
    ...['--filter', values.filter],
    ...(values.verbose ? ['--verbose'] : []),
  ],
})
await server.stop()
process.exitCode = results.every(({ problems }) => problems.length === 0) ? 0 : 1
