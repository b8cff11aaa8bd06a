/** Random texts that look like FQL, FSL or JSON often enough to get deep into what reads them. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { pick, type Random } from '../concurrency/workload.ts'

const below = (random: Random, n: number): number => Math.floor(random() * n)

/** Texts of the conformance cases: queries, or FSL. */
export function caseTexts(kind: 'query' | 'fsl'): readonly string[] {
  const folder = join(import.meta.dirname, '../conformance/cases')
  const out = new Set<string>()
  const visit = (node: unknown, key: string): void => {
    if (typeof node === 'string') {
      const isFsl = /^\s*(collection|role|function|access provider|@)/m.test(node)
      if (kind === 'query' ? key === 'query' : isFsl && node.includes('{')) out.add(node)
    } else if (typeof node === 'object' && node !== null)
      for (const [k, v] of Object.entries(node)) visit(v, Array.isArray(node) ? key : k)
  }
  for (const file of readdirSync(folder)) visit(parse(readFileSync(join(folder, file), 'utf8')), '')
  return [...out]
}

export const PIECES = [
  ...'( ) [ ] { } , . ; : :: ? ?. ?? ! != == = => -> < > <= >= + - * / % ** & | ^ << >> && || ~ # @ $ ` \' " \\'.split(
    ' ',
  ),
  ...'let if else at match case true false null isa x => _ .. ... data id ts ttl coll'.split(' '),
  ...'0 1 -1 2147483648 9223372036854775808 0x 0xFFFFFFFFFFFFFFFFFF 0b1 0o7 1e309 1e-400 .5 1. 1_0 00'.split(
    ' ',
  ),
  ...'#{ #{x} "#{1}" <<+A <<-A \n\r \u2028 // /* */ /*/* <<A'.split(' '),
  ...['\n', '\t', ' ', '\r', '\0', '\ud800', '\udc00', '\u{1f600}', 'é', '\u202e', '\ufeff', 'a\u0301', '​'],
  ...'collection role function index unique check terms values privileges membership predicate migrations'.split(
    ' ',
  ),
  ...'_no_wildcard compute ttl_days history_days document_ttls add drop move_conflicts split backfill'.split(
    ' ',
  ),
  ...'Array<Any> Ref<X> { *: Any } [1, 2] {a: 1} x.y.z f(1)(2) (x) => x .a[0]!.b?.c() "a" \'b\' `c`'.split(
    ' ',
  ),
]

/** A change or two, or a few, to one of the texts; sometimes a soup of pieces, or much of the same. */
export function randomText(random: Random, texts: readonly string[]): string {
  const dice = random()
  if (dice < 0.1)
    return Array.from({ length: below(random, 40) }, () => pick(random, PIECES)).join(pick(random, ['', ' ']))
  if (dice < 0.105) return pick(random, PIECES).repeat(below(random, 20_000)) + pick(random, texts)
  let text = pick(random, texts)
  for (let n = below(random, 4) + 1; n > 0; n--) text = mutate(random, text, texts)
  return text
}

function mutate(random: Random, text: string, texts: readonly string[]): string {
  const a = below(random, text.length + 1)
  const b = Math.min(text.length, a + below(random, random() < 0.5 ? 4 : text.length))
  const [before, middle, after] = [text.slice(0, a), text.slice(a, b), text.slice(b)]
  switch (below(random, 8)) {
    case 0:
      return before + after
    case 1:
      return before + middle + middle + after
    case 2:
      return before + pick(random, PIECES) + middle + after
    case 3:
      return before + pick(random, PIECES) + after
    case 4: {
      const other = pick(random, texts)
      const at = below(random, other.length)
      return before + other.slice(at, at + below(random, 60)) + after
    }
    case 5:
      return before + String.fromCharCode(below(random, random() < 0.8 ? 128 : 65536)) + middle + after
    case 6:
      return before + [...middle].reverse().join('') + after
    default:
      return before + pick(random, PIECES).repeat(below(random, 200)) + middle + after
  }
}
