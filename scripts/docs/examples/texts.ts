import { type Examples, example } from './example.ts'

export const STRING: Examples = {
  '[]': ['The character at an index; indexes count Unicode code points', '"pear"[1]', '"e"'],
  at: ['The character at an index', '"pear".at(1)', '"e"'],
  casefold: [
    'For comparing without case (NFKC_Casefold), or one of `NFC`, `NFD`, `NFKC`, `NFKD`',
    '"Weiß".casefold()',
    '"weiss"',
  ],
  concat: ['The two texts joined; the same as `+`', '"pear".concat(" tree")', '"pear tree"'],
  endsWith: ['Whether it ends so', '"pear".endsWith("ar")', 'true'],
  includes: ['Whether it contains a text', '"pear".includes("ea")', 'true'],
  includesRegex: [
    'Whether a regular expression matches somewhere',
    '"pear 7".includesRegex("[0-9]")',
    'true',
  ],
  indexOf: [
    'Where a text first occurs, at or after `start`; null when nowhere',
    '"banana".indexOf("an", 2)',
    '3',
  ],
  indexOfRegex: ['Where a regular expression first matches', '"pear 7".indexOfRegex("[0-9]")', '5'],
  insert: ['With a text inserted before an index', '"par".insert(1, "e")', '"pear"'],
  lastIndexOf: ['Where a text last begins, at or before `end`', '"banana".lastIndexOf("an")', '3'],
  length: ['Number of code points', '"pear 🍐".length', '6'],
  matches: ['All matches of a regular expression', '"a1b22".matches("[0-9]+")', '["1", "22"]'],
  matchIndexes: [
    'The same, with where they begin',
    '"a1b22".matchIndexes("[0-9]+")',
    '[[1, "1"], [3, "22"]]',
  ],
  parseDouble: ['The Double it spells, or null', '"2.5".parseDouble()', '2.5'],
  parseInt: ['The Int it spells in the radix 10 or another, or null', '"ff".parseInt(16)', '255'],
  parseLong: ['The Long it spells, or null', '"3000000000".parseLong()', '3000000000'],
  parseNumber: ['The Int, Long or Double it spells, or null', '"pear".parseNumber()', 'null'],
  replace: ['The first occurrences replaced: one, or `amount`', '"banana".replace("a", "o", 2)', '"bonona"'],
  replaceAll: ['All occurrences replaced', '"banana".replaceAll("a", "o")', '"bonono"'],
  replaceRegex: [
    'The first matches replaced by a text, in which `$1` means nothing',
    '"a1b22".replaceRegex("[0-9]+", "#")',
    '"a#b22"',
  ],
  replaceAllRegex: ['All matches replaced', '"a1b22".replaceAllRegex("[0-9]+", "#")', '"a#b#"'],
  slice: ['From `start` up to before `end`; both are clamped', '"pear".slice(1, 3)', '"ea"'],
  split: ['The parts between separators', '"a,b,,c".split(",")', '["a", "b", "", "c"]'],
  splitAt: ['The two parts around an index', '"pear".splitAt(1)', '["p", "ear"]'],
  splitRegex: ['The parts between matches', '"a1b22c".splitRegex("[0-9]+")', '["a", "b", "c"]'],
  startsWith: ['Whether it begins so', '"pear".startsWith("pe")', 'true'],
  toLowerCase: ['In lower case', '"Pear".toLowerCase()', '"pear"'],
  toString: example('Itself', '"pear".toString()', '"pear"'),
  toUpperCase: ['In upper case', '"Straße".toUpperCase()', '"STRASSE"'],
}

export const NUMBER: Examples = { toString: example('Its text', '(1.5 + 1).toString()', '"2.5"') }
export const BOOLEAN: Examples = { toString: example('`true` or `false`', 'true.toString()', '"true"') }
export const NULL: Examples = {
  '[]': { none: 'Always fails: null has no members' },
  toString: example('`null`: all that can be called on null', 'null.toString()', '"null"'),
}
export const UUID: Examples = {
  toString: { none: 'FQL v10 has no way to make a UUID; they come out of old data only' },
}

export const BYTES: Examples = {
  toBase64: ['Its base64 text', 'Bytes("cGVhcg==").toBase64()', '"cGVhcg=="'],
  toString: example('The same', 'Bytes("cGVhcg==").toString()', '"cGVhcg=="'),
}
export const BYTES_MODULE: Examples = {
  'Bytes()': ['Bytes from base64', 'Bytes("cGVhcg") == Bytes("cGVhcg==")', 'true'],
  fromBase64: ['The same', 'Bytes.fromBase64("cGVhcg==")', 'Bytes("cGVhcg==")'],
}

export const ID: Examples = { toString: example('Its digits', 'Product(1).id.toString()', '"1"') }
export const ID_MODULE: Examples = {
  'ID()': ['An id from a number or its digits', 'ID("7") == ID(7)', 'true'],
}

export const OBJECT: Examples = {
  assign: [
    'A new object with the fields of both; `source` wins',
    'Object.assign({ a: 1, b: 1 }, { b: 2 })',
    '{ a: 1, b: 2 }',
  ],
  entries: ['Names and values as pairs', 'Object.entries({ a: 1, b: 2 })', '[["a", 1], ["b", 2]]'],
  fromEntries: ['An object from pairs', 'Object.fromEntries([["a", 1], ["b", 2]])', '{ a: 1, b: 2 }'],
  hasPath: [
    'Whether there is a field at the end of the path',
    'Object.hasPath({ a: { b: 1 } }, ["a", "b"])',
    'true',
  ],
  keys: [
    'Names of the fields of an object or document',
    'Object.keys(Customer(1)!)',
    '["id", "coll", "ts", "name", "email"]',
  ],
  select: ['The value at the end of the path, or null', 'Object.select({ a: { b: 1 } }, ["a", "b"])', '1'],
  toString: example('The text of any value', 'Object.toString({ a: [1, "b"] })', '\'{ a: [1, "b"] }\''),
  values: ['Values of the fields', 'Object.values({ a: 1, b: 2 })', '[1, 2]'],
}
