/** ANSI colours of rendered diffs (spec/schema.md §16.3); without colour the codes are empty. */
export interface Palette {
  readonly title: string
  readonly file: string
  readonly add: string
  readonly remove: string
  readonly change: string
  readonly hunk: string
  readonly reset: string
}

const ESC = '\u001b['

export const ANSI: Palette = {
  title: `${ESC}1;34m`,
  file: `${ESC}1m`,
  add: `${ESC}32m`,
  remove: `${ESC}31m`,
  change: `${ESC}33m`,
  hunk: `${ESC}36m`,
  reset: `${ESC}0m`,
}

export const PLAIN: Palette = { title: '', file: '', add: '', remove: '', change: '', hunk: '', reset: '' }
