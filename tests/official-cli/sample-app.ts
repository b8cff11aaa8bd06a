/**
 * Fauna's sample application against a server of our own: its schema, its own test suite.
 *
 *   node tests/official-cli/sample-app.ts FOLDER
 *
 * FOLDER: a clone of github.com/fauna/js-sample-app with its packages installed. Only endpoint and secret are set.
 */
import { spawn } from 'node:child_process'
import { resolve } from 'node:path'
import { SchemaClient } from '#src/cli/schema-client.ts'
import { readDirectory } from '#src/cli/schema-directory.ts'
import { startOwnServer } from '../conformance/own-server.ts'

const folder = resolve(process.argv[2] ?? '.')
const server = await startOwnServer()
try {
  await fetch(new URL('/query/1', server.url), {
    method: 'POST',
    headers: { authorization: `Bearer ${server.secret}` },
    body: JSON.stringify({ query: 'Database.create({ name: "ECommerce", typechecked: true })' }),
  })
  const client = new SchemaClient(server.url, `${server.secret}:ECommerce:admin`)
  const files = await readDirectory(resolve(folder, 'schema'))
  await client.call({ method: 'POST', path: 'update', parameters: { staged: true }, files })
  await client.call({ method: 'POST', path: 'commit' })
  const env = {
    ...process.env,
    FAUNA_ENDPOINT: server.url,
    FAUNA_SECRET: `${server.secret}:ECommerce:server`,
  }
  // The server runs in this process, which must not wait for the suite by blocking.
  const suite = spawn('npx', ['jest'], { cwd: folder, env, stdio: 'inherit' })
  process.exitCode = await new Promise<number>((done) => suite.on('close', (status) => done(status ?? 1)))
} finally {
  await server.stop()
}
