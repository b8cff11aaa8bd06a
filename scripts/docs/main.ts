/** Writes the generated pages: `npm run docs`. */
import { writeFileSync } from 'node:fs'
import { renderCompat } from './compat/index.ts'
import { renderReference } from './reference.ts'

const root = new URL('../../', import.meta.url)

writeFileSync(new URL('docs/guide/reference.md', root), renderReference())
writeFileSync(new URL('COMPAT.md', root), renderCompat())
