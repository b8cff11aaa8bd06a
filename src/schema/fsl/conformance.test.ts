import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse as parseYaml } from 'yaml'
import { itemToDocument } from '../model/to-document.ts'
import { parseFsl } from './parse.ts'
import { printItem } from './print.ts'

const CASES = join(import.meta.dirname, '../../../tests/conformance/cases')

interface Case {
  readonly name: string
  readonly fsl?: unknown
  readonly steps?: readonly { readonly fsl?: unknown }[]
}

const areas = readdirSync(CASES).filter((f) => f.endsWith('.yaml'))

const textsOf = (c: Case): string[] =>
  [c.fsl, ...(c.steps ?? []).map((s) => s.fsl)].filter((t) => typeof t === 'string')

/** Every schema that the conformance cases set up. */
describe.each(areas)('the schemas of %s', (area) => {
  const cases = parseYaml(readFileSync(join(CASES, area), 'utf8')) as Case[]
  const texts = cases.flatMap((c) => textsOf(c).map((text) => [c.name, text] as const))

  it.each(texts)('%s: parses, and its canonical text says the same', (_name, text) => {
    const parsed = parseFsl({ name: 'main.fsl', text })
    if (!parsed.ok) expect.fail(JSON.stringify(parsed.errors.map((e) => [e.message, e.span.start])))
    const canonical = parsed.items.map(printItem)
    const again = parseFsl({ name: 'main.fsl', text: canonical.join('\n') })
    if (!again.ok) expect.fail(canonical.join('\n'))
    expect(again.items.map(printItem)).toEqual(canonical)
    expect(again.items.map((i) => itemToDocument(i))).toEqual(parsed.items.map((i) => itemToDocument(i)))
  })
})
