import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { CliError } from './cli-error.ts'
import { typesOfFiles, writeTypes } from './types.ts'

const types = (text: string, role: string[] = [], typecheck = true): string =>
  typesOfFiles(new Map([['main.fsl', text]]), { role, typecheck })

/** The lines of one interface of the module, without indentation. */
const part = (text: string, name: string): string[] => {
  const from = text.split(`export interface ${name} {`)[1] ?? ''
  const body = from.slice(0, from.search(/^\}/m)).trim()
  return body.split('\n').map((line) => line.trim())
}

const SHOP = `
@alias(Client)
collection Customer {
  name: String
  nick: String?
  born: Date | Null = null
  address: { street: String, zip: Int | String }
  tags: Array<"a" | "b">
  compute loud = (c => c.name.toUpperCase())
  compute orders: Set<Order> = (c => Order.where(.customer == c))
}
collection Order {
  customer: Ref<Client>
  paid: Boolean = false
  total: Long
  extra: { *: Int }
  more: { a: String?, *: Int }
  *: Any
}
collection Loose {}
collection string {}
function orderOf(id: ID): Ref<Order> { Order(id) }
function double(x) { x * 2 }
function class(new: Int, ...rest: String): Array<Customer> { [] }
function page() { Order.all().paginate() }
role shopper {
  privileges Client { read { predicate (c => c == Query.identity()) }; write }
  privileges Order { create }
  privileges orderOf { call }
}
role reader { privileges Customer { read } }
`

describe('types of a schema', () => {
  const text = types(SHOP)

  it.each([
    ['nick?: string', 'a field that may be null is left out when it is'],
    ['born?: $fauna.DateStub', 'and so with a default'],
    ['address: { street: string; zip: number | string }', 'objects'],
    ['tags: Array<"a" | "b">', 'literals'],
    ['loud: string', 'computed fields, inferred'],
    ["orders: $fauna.Page<Documents['Order']> | $fauna.EmbeddedSet", 'sets'],
    ['customer: $fauna.DocumentReference', 'references'],
    ['total: number | bigint', 'Long'],
    [
      'Loose: $fauna.Document & { [key: string]: $fauna.QueryValue | undefined }',
      'a collection without fields',
    ],
    ['} & { [key: string]: $fauna.QueryValue | undefined }', 'wildcards'],
  ])('%s (%s)', (line) => {
    expect(part(text, 'Documents')).toContain(line)
  })
  it('inputs: defaults may be left out, computed fields are not given, nulls may be', () => {
    const lines = part(text, 'Creates')
    expect(lines).toContain('paid?: boolean | null')
    expect(lines).toContain('nick?: string | null')
    expect(lines).toContain('id?: string | null')
    expect(lines.join()).not.toContain('loud')
  })
  it('updates: everything may be left out', () => {
    expect(part(text, 'Updates')).toContain('name?: string | null')
  })
  it.each([
    "orderOf: (id: string) => Documents['Order'] | $fauna.NullDocument",
    'double: (x: number | bigint) => number | bigint',
    "class: (arg1: number, ...rest: Array<string>) => Array<Documents['Customer']>",
    "page: () => { data: Array<Documents['Order']>; after?: string | null }",
  ])('function %s', (line) => {
    expect(part(text, 'Functions')).toContain(line)
  })
  it('short names, unless TypeScript has the word itself', () => {
    expect(text).toContain("export type Order = Documents['Order']")
    expect(text).not.toContain('export type string')
  })
})

describe('types of what a role can reach', () => {
  it('leaves out the rest', () => {
    const text = types(SHOP, ['shopper'])
    expect(part(text, 'Documents').join()).not.toMatch(/Order: |Loose/)
    expect(part(text, 'Creates')[0]).toBe('Order: {')
    expect(part(text, 'Updates')[0]).toBe('Customer: {')
    expect(part(text, 'Functions')).toEqual(['orderOf: (id: string) => $fauna.NullDocument'])
    expect(part(text, 'Rights')).toEqual(["Customer: 'read' | 'write'", "Order: 'create'"])
  })
  it('of several roles together', () => {
    expect(part(types(SHOP, ['shopper', 'reader']), 'Rights')[0]).toBe("Customer: 'read' | 'write'")
  })
  it('a document that a predicate may hide can be missing', () => {
    const source = `collection A {}; function f(): A { A.all().first()! };
      role r { privileges A { read { predicate (a => true) } }; privileges f { call } }`
    expect(part(types(source, ['r']), 'Functions')).toEqual(["f: () => Documents['A'] | $fauna.NullDocument"])
  })
  it('an unknown role is refused', () => {
    expect(() => types(SHOP, ['boss'])).toThrow(
      'there is no role boss in the schema; there are: shopper, reader',
    )
  })
})

describe('a wrong schema', () => {
  it.each([
    ['collection A {', /Expected .*\nat main\.fsl:1:15\n {2}\|/],
    ['collection A { a: Strng }', /Unknown type `Strng`\nat main\.fsl:1:19\n {2}\|\n1 \| collection A/],
    ['function f() { x }', /Unbound variable `x`\nat main\.fsl:1:16/],
    ['role r { privileges Nothing { read } }', /at main\.fsl:1:21/],
    ['collection A {}; collection A {}', /main\.fsl/],
  ])('%s is refused with its place', (text, message) => {
    expect(() => types(text)).toThrow(CliError)
    expect(() => types(text)).toThrow(message)
  })
  it('without type check bodies are not looked at', () => {
    const text = types('function f() { x }; function g(a: Int): Int { x }', [], false)
    expect(part(text, 'Functions')).toEqual([
      'f: (...args: Array<$fauna.QueryValue>) => $fauna.QueryValue',
      'g: (a: number) => number',
    ])
  })
})

describe('vivarium types', () => {
  const folder = mkdtempSync(join(tmpdir(), 'vivarium-types-'))
  afterAll(() => rmSync(folder, { recursive: true }))

  it('writes a module that TypeScript and the driver take', async () => {
    symlinkSync(fileURLToPath(new URL('../../node_modules', import.meta.url)), join(folder, 'node_modules'))
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
    writeFileSync(join(folder, 'main.fsl'), SHOP)
    const out = join(folder, 'made', 'schema.ts')
    await writeTypes({ dir: folder, out, typecheck: true })
    writeFileSync(join(folder, 'use.ts'), USE)
    const tsc = join(folder, 'node_modules', '.bin', 'tsc')
    const args = ['--noEmit', '--strict', '--skipLibCheck', '--target', 'es2022', '--module', 'nodenext']
    execFileSync(tsc, [...args, '--allowImportingTsExtensions', join(folder, 'use.ts')], {
      stdio: 'pipe',
      cwd: folder,
    })
    const { mtimeMs } = statSync(out)
    await writeTypes({ dir: folder, out, typecheck: true })
    expect(statSync(out).mtimeMs).toBe(mtimeMs)
    expect(readFileSync(out, 'utf8')).toContain('Made by')
  })
  it('a folder without files is refused', async () => {
    await expect(writeTypes({ dir: join(folder, 'made'), typecheck: true })).rejects.toThrow('no .fsl files')
  })
})

const USE = `
import { type Client, fql } from 'fauna'
import type { Creates, Customer, Documents, Functions } from './made/schema.ts'
export async function use(client: Client): Promise<string | undefined> {
  const customer: Creates['Customer'] = { name: 'A', address: { street: 'B', zip: 1 }, tags: ['a'] }
  const { data } = await client.query<Customer>(fql\`Customer.create(\${customer})\`)
  const order = await client.query<ReturnType<Functions['orderOf']>>(fql\`orderOf(1)\`)
  const found: Documents['Order'] | undefined = 'paid' in order.data ? order.data : undefined
  // @ts-expect-error: a required field is missing
  const wrong: Creates['Customer'] = { name: 'A' }
  return data.nick ?? found?.id ?? wrong.name
}
`
