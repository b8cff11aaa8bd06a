/** Links lead somewhere; the architecture page names all folders and dependencies. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const root = fileURLToPath(new URL('../../', import.meta.url))
const read = (path: string): string => readFileSync(join(root, path), 'utf8')

const markdown = (folder: string): string[] =>
  readdirSync(join(root, folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name))

const pages = ['.', 'docs', 'docs/guide', 'docs/decisions'].flatMap(markdown)

it.each(pages)('%s: links lead somewhere', (page) => {
  const prose = read(page).replaceAll(/`[^`\n]*`/g, '')
  const targets = [...prose.matchAll(/\]\(([^)#]+)(#[^)]*)?\)/g)].map((m) => m[1] as string)
  const local = targets.filter((t) => !t.startsWith('http'))
  expect(local.filter((t) => !existsSync(join(root, dirname(page), t)))).toEqual([])
})

/** Folders with code of their own, as `fql/eval`. */
function folders(path = ''): string[] {
  const entries = readdirSync(join(root, 'src', path), { withFileTypes: true })
  const below = entries
    .filter((e) => e.isDirectory() && e.name !== 'testing')
    .flatMap((e) => folders(join(path, e.name)))
  const own = entries.some((e) => e.isFile() && !e.name.endsWith('.test.ts'))
  return own && path !== '' ? [path, ...below] : below
}

it('the architecture page has a line for each folder of src', () => {
  const page = read('docs/architecture.md')
  const named = (path: string): boolean => {
    const rows = page.split('\n').filter((line) => line.startsWith('|'))
    const names = path.split('/')
    return rows.some((row) => row.includes(`${path}/\``) || row.includes(`\`${names.at(-1)}/\``))
  }
  expect(folders().filter((path) => !named(path))).toEqual([])
})

it('the architecture page has a reason for each dependency', () => {
  const page = read('docs/architecture.md')
  const { dependencies, devDependencies } = JSON.parse(read('package.json')) as Record<string, object>
  const all = Object.keys({ ...dependencies, ...devDependencies })
  expect(all.filter((name) => !page.includes(`\`${name}\``))).toEqual([])
})
