import { describe, expect, it } from 'vitest'
import { show } from '#src/fql/testing/run.ts'

describe('String', () => {
  it.each([
    ["'a😍b😍'.length", '4'],
    ["'x😍y'[1]", '"😍"'],
    ["'x😍y'.at(2.0)", '"y"'],
    ["'a😍'[2]", 'index_out_of_bounds: index 2 out of bounds for length 2'],
    ["'finch'.at(-1)", 'index_out_of_bounds: index -1 out of bounds for length 5'],
    ["'finch'.at(2.5)", 'invalid_argument: expected value for `index` of type Int, received Double'],
    ["'finch'['x']", 'invalid_argument: expected value for `index0` of type Int, received String'],
    ["'Foo'.casefold('NFC')", '"Foo"'],
    ["'Straße'.casefold()", '"strasse"'],
    [
      "'owl'.casefold('nfc')",
      'invalid_argument: invalid argument `format`: expected a casefold format (one of NFKCCaseFold, NFC, NFD, NFKC, or NFKD)',
    ],
    [
      "'owl'.casefold(1)",
      'invalid_argument: expected arguments to `casefold` of type (String), received (Int)',
    ],
    ["'a'.concat(1)", 'invalid_argument: expected value for `other` of type String, received Int'],
    ["['teal'.startsWith('te'), 'teal'.endsWith('te'), 'teal'.includes('')]", '[true, false, true]'],
    ["['aXbX'.indexOf('X'), '😍a'.indexOf('a'), 'aa'.indexOf('a', 1)]", '[1, 1, 1]'],
    ["'abc'.indexOf('c', 3)", 'index_out_of_bounds: index 3 out of bounds for length 3'],
    ["''.indexOf('', 0)", 'index_out_of_bounds: index 0 out of bounds for length 0'],
    ["'abc'.indexOf('z')!", 'null_value: Null value, due to no element found'],
    ["['abab'.lastIndexOf('ab'), 'abab'.lastIndexOf('ab', 1)]", '[2, 0]'],
    ["['foo'.indexOfRegex('$'), 'abcabc'.indexOfRegex('^abc', 3), 'abc'.indexOfRegex('z')]", '[3, 3, null]'],
    ["['ab'.insert(2, 'c'), 'a😍'.insert(1, 'b')]", '["abc", "ab😍"]'],
    ["'ab'.insert(3, 'c')", 'index_out_of_bounds: index 3 out of bounds for length 2'],
    [
      "['abc'.slice(1), 'abc'.slice(-5, 2), 'abc'.slice(2, 1), 'a😍b'.slice(1, 9)]",
      '["bc", "ab", "", "😍b"]',
    ],
    ["'a😍b'.splitAt(2)", '["a😍", "b"]'],
    ["['12'.parseInt(), '7F'.parseInt(16), '2147483648'.parseInt()]", '[12, 127, null]'],
    ["'x'.parseInt()!", 'null_value: Null value, due to invalid number'],
    [
      "'1'.parseLong(37)",
      'invalid_argument: invalid argument `format`: invalid radix, expected a number from 2-36',
    ],
    ["[' 2.5 '.parseDouble(), '1,5'.parseDouble()]", '[2.5, null]'],
    ["['3'.parseNumber(), ' 3 '.parseNumber()]", '[3, 3.0]'],
    [
      "['aaa'.replace('a', 'b'), 'aaa'.replace('a', 'b', 2), 'aaa'.replaceAll('a', '')]",
      '["baa", "bba", ""]',
    ],
    [
      "'a'.replace('a', 'b', 0)",
      'invalid_argument: invalid argument `count`: must be greater than or equal to 1',
    ],
    ["'abc'.replace('', 'x', 3)", '"xxxabc"'],
    [
      "'abc'.replaceAll('', 'x')",
      'value_too_large: Value too large: string size 16777217 exceeds limit 16777216.',
    ],
    ["'a'.replace('', '', 2000000000)", '"a"'],
    ["'k9'.replaceRegex('k([0-9])', '<$1>')", '"<$1>"'],
    ["'aaa'.replaceAllRegex('^a', 'b')", '"bbb"'],
    ["':1::2:'.split(':')", '["", "1", "", "2", ""]'],
    ["['foo'.split(''), 'a'.split(''), ''.split('x')]", '[["f", "o", "o"], ["a", ""], [""]]'],
    ["'12'.splitRegex('(1|)')", '["", "2", ""]'],
    ["'foo bar  baz'.splitRegex('\\\\W+')", '["foo", "bar", "baz"]'],
    ["'😍ab 😍cd'.matchIndexes('[a-z]+')", '[[1, "ab"], [5, "cd"]]'],
    ["'ab'.matches('x*')", '["", "", ""]'],
    ["'x'.matches('*')", "invalid_regex: Invalid regular expression. Dangling meta character '*' at index 0"],
    ["'x'.includesRegex('😍(')", 'invalid_regex: Invalid regular expression. Unclosed group at index 1'],
    ["['Straße'.toUpperCase(), 'ΑΣ'.toLowerCase()]", '["STRASSE", "ας"]'],
    ["['a'].map('abc'.includes)", '[true]'],
    ["'abc'.includes.toString()", '"[function includes()]"'],
    ["'a' + 3", '"a3"'],
    ["'a'.foo()", 'invalid_function_invocation: The function `foo` does not exist on `String`'],
    ["String('a')", 'type_mismatch: expected type: Function, received String'],
    [
      "'a'.replace('a')",
      'invalid_function_invocation: callee function expects 2 or 3 arguments, but 1 was provided.',
    ],
  ])('%s', async (query, expected) => {
    expect(await show(query)).toBe(expected)
  })

  it('splits and replaces long texts in linear time', async () => {
    const parts = "Array.sequence(0, 16000).map(x => 'ab ').fold('', (x, y) => x + y)"
    expect(await show(`${parts}.splitRegex(' ').length`)).toBe('16001')
    expect(await show(`${parts}.replaceAllRegex('\\\\s', '').length`)).toBe('32000')
  })
})
