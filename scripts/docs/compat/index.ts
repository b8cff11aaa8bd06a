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

/** What there is to say of a member, by section and name. */
const COMMENTS: Readonly<Record<string, string>> = {
  'UUID.toString': 'UUIDs come out of old data only, as in Fauna',
  'Database.create': '`priority` is kept and has no effect',
  'Credential documents.login': 'Failed logins slow down the next: [identity](docs/guide/identity.md)',
  'Credential documents.verify': 'The same',
  'String.replaceAll': 'An endless replacement fails at once with `value_too_large`',
  'Set.order': 'By UTF-16 code units, as in Fauna; indexes by collation',
}

/** Every declared member works: the test of its example proves it. */
function methodsText(): string {
  const rows = SECTIONS.flatMap(({ title, members }) =>
    members.map(({ name }) => `| ${title} | \`${name}\` | yes | ${COMMENTS[`${title}.${name}`] ?? ''} |`),
  )
  const head = ['| Of | Member | | |', '| --- | --- | --- | --- |']
  return `## Methods and fields\n\n${[...head, ...rows, '| FQL | `evalV4` | no | FQL v4 |'].join('\n')}\n`
}

const HEAD = `# Compatibility

What of Fauna is there: *yes*, *partly* or *no*. Made by \`npm run docs\`. The tests run what can be run: each method has an
example in the [reference](docs/guide/reference.md), most rows below have a request of their own
(\`scripts/docs/compat/\`), and the conformance cases (\`tests/conformance/cases/\`) check details, down to the texts of
errors. Where Vivarium differs on purpose, the comment says so. No member is missing: \`GET /environment/1\` lists the same
as Fauna's own.
`

export function renderCompat(): string {
  const [language, data, ...others] = TABLES.map(tableText)
  return [HEAD, language, data, methodsText(), ...others].join('\n')
}
