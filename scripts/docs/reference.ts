/** The reference page, from the declarations and their examples. */
import { DATA, SCHEMA } from './examples/database.ts'
import type { Example } from './examples/example.ts'
import { EXAMPLES } from './examples/index.ts'
import { type Member, SECTIONS, type Section } from './members.ts'

const HEAD = `# Reference of FQL

Made by \`npm run docs\` from the declarations of the standard library (\`src/fql/stdlib/\`); the tests run every example.

Signatures are FQL types. \`A\` and \`B\` stand for any type, \`...T\` for any number of arguments. As a parameter \`Int\` is a
whole number of 32 bits, \`Struct\` an object literal, \`Object\` an object, document or module. *Reads* and *writes* say
what a call does; where reads or writes are not allowed (\`order\`, predicates of roles, default values …) it fails with
\`invalid_effect\`.

All values have \`==\`, \`!=\`, \`<\`, \`<=\`, \`>\`, \`>=\` and \`isa\`; all but objects and documents have \`toString()\`. \`Int\`, \`Long\`,
\`Double\` and \`Float\` are kinds of \`Number\` and have what it has. Each name is also a field of \`FQL\`, as in \`FQL.Math\`.

The examples use this schema:

\`\`\`fsl
${SCHEMA}\`\`\`

and these documents:

\`\`\`fql
${DATA}
\`\`\`
`

const ABOUT: Readonly<Record<string, string>> = {
  Functions: 'Functions without a module.',
  Collections:
    '`C` is the name of a collection, or its alias. Each index is a method too: `Product.byName("Pear")`, `Product.byPrice({ from: 10, to: 20 })`.',
  Documents:
    'Documents of user collections. Their fields are members, too: `Product(1)!.name`; so are computed fields.',
  'System documents':
    'Documents of `Token`, `Key`, `Role`, `AccessProvider`, `Collection`, `Function`, `Database`.',
  UserFunction: 'Functions of the schema. They are called by their names: `twice(4)`.',
  Set: 'Sets are lazy: only what is asked for is read. At most 16,000 elements are sorted or made an array.',
  Array: 'Arrays are values and never change.',
  String:
    'Texts. Indexes count Unicode code points. Regular expressions are those of Java; they run in linear time.',
}

const code = (text: string): string => `\`${text.replaceAll('|', '\\|')}\``

const effectText = (member: Member): string => {
  if (member.effect === 'reads') return ' *Reads.*'
  return member.effect === 'writes' ? ' *Writes.*' : ''
}

function row(member: Member, example: Example | undefined): string {
  const signatures = member.signatures.map(code).join('<br>')
  if (example === undefined) return `| ${signatures} | | |`
  if ('none' in example) return `| ${signatures} | ${example.none}. | |`
  const [does, query, result] = example
  return `| ${signatures} | ${does.replaceAll('|', '\\|')}.${effectText(member)} | ${code(query)} → ${code(result)} |`
}

function renderSection({ title, members, documents }: Section): string {
  const about = documents ? `Its documents are \`${documents}\`.` : ABOUT[title]
  const rows = members.map((m) => row(m, EXAMPLES[title]?.[m.name]))
  const head = ['| | | |', '| --- | --- | --- |']
  return `## ${title}\n\n${about ? `${about}\n\n` : ''}${[...head, ...rows].join('\n')}\n`
}

export const renderReference = (): string => [HEAD, ...SECTIONS.map(renderSection)].join('\n')
