/** Fauna's own command line tool against a server of our own, where it is installed: see CONTRIBUTING.md. */
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

/** Folder in which `npm install fauna-shell@4` was run. It is too large for a development dependency: 250 packages. */
const folder = process.env.VIVARIUM_FAUNA_SHELL
const reason =
  folder === undefined ? ' (skipped: VIVARIUM_FAUNA_SHELL does not say where it is installed)' : ''

it.skipIf(folder === undefined)(
  `fauna-shell works with our server${reason}`,
  async () => {
    const script = fileURLToPath(new URL('../official-cli/run.ts', import.meta.url))
    const { stdout } = await promisify(execFile)(process.execPath, [script, folder as string])
    for (const command of ['query', 'schema pull', 'database delete'])
      expect(stdout).toContain(`ok  ${command}`)
  },
  300_000,
)
