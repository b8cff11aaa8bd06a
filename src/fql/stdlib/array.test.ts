import { expect, test } from 'vitest'
import { show } from '#src/fql/testing/run.ts'

test.each([
  ['["x", "y"].at(1.0)', '"y"'],
  ['["x"][1]', 'index_out_of_bounds: index 1 out of bounds for length 1'],
  ['["x"]["a"]', 'invalid_argument: expected value for `index0` of type Int, received String'],
  ['["a", "b", "c", "d", "e"].aggregate("S", (x, y) => "(" + x + y + ")")', '"((((ab)(cd))e)S)"'],
  ['[].aggregate("S", (x, y) => x)', '"S"'],
  ['["a"].aggregate("S", (x, y) => x + y)', '"aS"'],
  ['[[].append(5), [2].prepend([1]), [1].concat(["a"])]', '[[5], [[1], 2], [1, "a"]]'],
  [
    '[1].concat([2].toSet())',
    'invalid_argument: expected value for `other` of type Array<Any>, received Set<Any>',
  ],
  ['["b", "a", "b"].distinct()', '["b", "a"]'],
  [
    '[1, 1.0, 1, { a: [1], b: 2 }, { b: 2, a: [1] }, "1", ID(1), ID("1")].distinct()',
    '[1, 1.0, { a: [1], b: 2 }, "1", ID("1")]',
  ],
  [
    '[[1, 2, 3].drop(1), [1].drop(9), [1].drop(-1), [1, 2].take(1), [1].take(9), [1].take(-4)]',
    '[[2, 3], [], [1], [1], [1], []]',
  ],
  ['["a", "b"].entries()', '[[0, "a"], [1, "b"]]'],
  [
    '[[1, 2].filter(v => v > 1), [true, null, false].filter(v => v), [true, null].where(v => v)]',
    '[[2], [true], [true]]',
  ],
  ['[7].filter(v => "yes")', 'type_mismatch: expected type: Boolean, received Int'],
  ['[7].where(v => "yes")', 'type_mismatch: expected type: Boolean, received String'],
  [
    '[].map((a, b) => a)',
    'invalid_argument: `mapper` should accept 1 parameter, provided function requires exactly 2 parameters.',
  ],
  ['[1].firstWhere(v => v > 9)!', 'null_value: Null value, due to no element found'],
  ['[[1, 5, 2].firstWhere(v => v > 1), [1, 5, 2].lastWhere(v => v > 1)]', '[5, 2]'],
  ['[1, 2].flatMap(v => [v, v * 10])', '[1, 10, 2, 20]'],
  ['[1].flatMap(v => v)', 'type_mismatch: expected type: Array<Any>, received Int'],
  ['[[1, [2]], [], [3]].flatten()', '[1, [2], 3]'],
  ['[[1], "two"].flatten()', 'type_mismatch: expected type: Array<Any>, received String'],
  ['[["a", "b"].fold("-", (s, v) => s + v), ["a", "b"].foldRight("-", (s, v) => s + v)]', '["-ab", "-ba"]'],
  [
    '[["a", "b"].reduce((x, y) => x + y), ["a", "b"].reduceRight((x, y) => x + y), [1].reduce((x, y) => 0)]',
    '["ab", "ba", 1]',
  ],
  ['[].reduceRight((x, y) => x)!', 'null_value: Null value, due to empty array'],
  ['[1, 2].forEach(v => false)', 'null'],
  [
    '[1].forEach(() => 1)',
    'invalid_argument: `fn` should accept 1 parameter, provided function requires no parameters.',
  ],
  [
    '[[1, 2].includes(2.0), [[1]].includes([1]), ["1"].includes(1), [null].includes(null), [ID(5)].includes("5")]',
    '[true, true, false, true, true]',
  ],
  ['[Math.NaN].includes(Math.NaN)', 'false'],
  [
    '[[0].includes(-0.0), [ID(5)].includes(5), [5].indexOf(ID(5)), [2].includes(null)]',
    '[true, false, null, false]',
  ],
  ['[["x", "y", "x"].indexOf("x"), ["x", "y", "x"].indexOf("x", 1), ["x"].indexOf("z")]', '[0, 2, null]'],
  ['[].indexOf("x", 0)', 'index_out_of_bounds: index 0 out of bounds for length 0'],
  ['[3, 8, 9].indexWhere(v => v > 5, 2)', '2'],
  ['[3].indexWhere(v => true, 4)', 'index_out_of_bounds: index 4 out of bounds for length 1'],
  [
    '[["x", "y", "x"].lastIndexOf("x"), ["x", "y", "x"].lastIndexOf("x", 1), [].lastIndexOf(1)]',
    '[2, 0, null]',
  ],
  ['[1, 5, 6, 2].lastIndexWhere(v => v > 4)', '2'],
  ['[3, 1, 2].order(desc(v => v))', '[3, 2, 1]'],
  ['[{ k: 2, n: "a" }, { k: 1, n: "b" }, { k: 2, n: "c" }].order(.k, desc(.n)).map(.n)', '["b", "c", "a"]'],
  [
    '[1].order(v => v, { up: v => v })',
    'invalid_argument: expected value for `ordering1` of type Function, received { *: Any }',
  ],
  [
    '[1].order(() => 1)',
    'invalid_argument: `ordering0` should accept 1 parameter, provided function requires no parameters.',
  ],
  [
    '[[1, 2, 3].slice(1), [1, 2, 3].slice(1, 2), [1, 2, 3].slice(-9, 2), [1, 2].slice(2, -1)]',
    '[[2, 3], [2], [1, 2], []]',
  ],
  ['[[].first(), [1, 2].last(), [].isEmpty(), [0].nonEmpty(), [[], []].length]', '[null, 2, true, true, 2]'],
  ['[[1, "a", 2.0].toString(), [].toString()]', '["[1, \\"a\\", 2.0]", "[]"]'],
  ['[3, 1].toSet().toArray()', '[3, 1]'],
  ['Array.sequence(3, 1)', '[]'],
  ['Array.sequence(1, 16002)', 'value_too_large: Value too large: range size 16001 exceeds limit 16000.'],
  ['[1, 2, 3].any(v => if (v == 3) abort(0) else v == 2)', 'true'],
  ['[1, 2, 3].every(v => if (v == 3) abort(0) else v == 1)', 'false'],
  ['Array.sequence(0, 16000).map(v => [1, v]).distinct().length', '16000'],
])('%s', async (query, expected) => {
  expect(await show(query)).toBe(expected)
})
