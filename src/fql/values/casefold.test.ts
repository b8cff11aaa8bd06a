import { describe, expect, it } from 'vitest'
import { nfkcCasefold } from './casefold.ts'

describe('NFKC_Casefold', () => {
  it.each([
    ['FQL-X', 'fql-x'],
    ['Weißkopfseeadler', 'weisskopfseeadler'],
    ['STRAẞE', 'strasse'],
    ['φιλόσοφος', 'φιλόσοφοσ'],
    ['İ', 'i̇'],
    ['Kadıköy', 'kadıköy'],
    ['ﬁnch', 'finch'],
    ['Ａ', 'a'],
    ['№5', 'no5'],
    ['so\u00adft', 'soft'],
    ['ꭰ', 'Ꭰ'],
    ['ᾼ', 'αι'],
    ['e\u0301', 'é'],
    ['', ''],
  ])('%s → %s', (text, folded) => {
    expect(nfkcCasefold(text)).toBe(folded)
  })
})
