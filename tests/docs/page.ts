/** Code blocks of a Markdown page, as far as they are run. */

export interface Block {
  readonly language: string
  /** What stands behind the language: `as ann`, `save token`, `error abort`. */
  readonly words: readonly string[]
  readonly text: string
  readonly line: number
  /** The block of `json` or `text` right behind it. */
  readonly result: string | undefined
}

const RESULTS: ReadonlySet<string> = new Set(['json', 'text'])
/** Shown, not run. */
const SHOWN: ReadonlySet<string> = new Set(['console'])

export function blocksOf(page: string): Block[] {
  const found = [...page.matchAll(/^```(\w+) ?(.*)\n([\s\S]*?)^```$/gm)].map((m) => ({
    language: m[1] as string,
    words: (m[2] as string).split(' '),
    text: m[3] as string,
    line: page.slice(0, m.index).split('\n').length,
  }))
  return found.flatMap((block, i) => {
    if (RESULTS.has(block.language) || SHOWN.has(block.language)) return []
    const next = found[i + 1]
    return [{ ...block, result: next && RESULTS.has(next.language) ? next.text : undefined }]
  })
}

export const wordAfter = ({ words }: Block, word: string): string | undefined =>
  words.includes(word) ? words[words.indexOf(word) + 1] : undefined

/** As a part of a regular expression. */
const literally = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')

/** Whether `text` is what the page shows, in which `…` stands for anything. */
export function shows(result: string, text: string): boolean {
  const parts = result.trim().split('…').map(literally)
  return new RegExp(`^${parts.join('[\\s\\S]*')}$`).test(text.trim())
}
