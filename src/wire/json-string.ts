/** JSON text of a string; a lone surrogate becomes `?` (protocol §4.1). */
export const jsonString = (s: string): string =>
  JSON.stringify(s.isWellFormed() ? s : s.replace(/\p{Surrogate}/gu, '?'))

const KEYS = new Map<string, string>()
const MAX_KEYS = 4096
const MAX_KEY_LENGTH = 64

/** `"key":` — the same few names come again and again. */
export function jsonKey(key: string): string {
  const known = KEYS.get(key)
  if (known !== undefined) return known
  const text = `${jsonString(key)}:`
  if (key.length <= MAX_KEY_LENGTH) {
    if (KEYS.size >= MAX_KEYS) KEYS.clear()
    KEYS.set(key, text)
  }
  return text
}
