/** COMPAT.md: what of Fauna is there. */
import { SECTIONS } from '../members.ts'
import { ERRORS, LIMITS } from './errors.ts'
import { FSL } from './fsl.ts'
import { CLIENTS, ENDPOINTS, HEADERS } from './http.ts'
import { DATA, LANGUAGE } from './language.ts'
import type { Row, Table } from './row.ts'

export const TABLES: readonly Table[] = [LANGUAGE, DATA, FSL, ENDPOINTS, HEADERS, ERRORS, LIMITS, CLIENTS]

const cell = (text: string): string => text.replaceAll('|', '\\|')

const rowText = ({ item, state, comment }: Row): string => `| ${cell(item)} | ${state} | ${cell(comment)} |`

function tableText({ title, about, rows }: Table): string {
  const head = ['| | | |', '| --- | --- | --- |']
  return `## ${title}\n\n${about ? `${about}\n\n` : ''}${[...head, ...rows.map(rowText)].join('\n')}\n`
}

/** Every declared member works: the test of its example proves it. */
function methodsText(): string {
  const rows = SECTIONS.map(
    ({ title, members }) => `| ${title} | yes | ${members.map((m) => `\`${m.name}\``).join(' ')} |`,
  )
  return `## Methods and fields\n\n${['| | | |', '| --- | --- | --- |', ...rows].join('\n')}\n`
}

const HEAD = `# Compatibility

What of Fauna is there: *yes*, *partly* or *no*. Made by \`npm run docs\`. The tests run what can be run: each method has an
example in the [reference](docs/guide/reference.md), most rows below have a request of their own
(\`scripts/docs/compat/\`), and the conformance cases (\`tests/conformance/cases/\`) check details, down to the texts of
errors. Where Vivarium differs on purpose, the comment says so.
`

export function renderCompat(): string {
  const [language, data, ...others] = TABLES.map(tableText)
  return [HEAD, language, data, methodsText(), ...others].join('\n')
}
