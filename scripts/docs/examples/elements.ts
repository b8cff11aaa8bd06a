import { type Examples, example } from './example.ts'

export const ARRAY: Examples = {
  '[]': ['The element at an index', '["a", "b"][1]', '"b"'],
  aggregate: [
    'Neighbours combined pairwise, and the result with the seed',
    '[1, 2, 3].aggregate(0, (a, b) => a + b)',
    '6',
  ],
  any: ['Whether one element satisfies; stops there', '[1, 2].any(x => x > 1)', 'true'],
  append: ['With an element at the end', '[1, 2].append(3)', '[1, 2, 3]'],
  at: ['The element at an index', '["a", "b"].at(1)', '"b"'],
  concat: ['Both arrays joined', '[1].concat([2])', '[1, 2]'],
  distinct: ['Without repetitions, in the order of first occurrence', '[2, 1, 2].distinct()', '[2, 1]'],
  drop: ['Without the first elements', '[1, 2, 3].drop(1)', '[2, 3]'],
  entries: ['Indexes and elements as pairs', '["a", "b"].entries()', '[[0, "a"], [1, "b"]]'],
  every: ['Whether all elements satisfy', '[1, 2].every(x => x > 1)', 'false'],
  filter: ['The elements that satisfy', '[1, 2, 3].filter(x => x > 1)', '[2, 3]'],
  first: ['The first element, or null', '[1, 2].first()', '1'],
  firstWhere: ['The first element that satisfies, or null', '[1, 2, 3].firstWhere(x => x > 1)', '2'],
  flatMap: [
    'The arrays that the mapper answers, joined',
    '[1, 2].flatMap(x => [x, x * 10])',
    '[1, 10, 2, 20]',
  ],
  flatten: ['An array of arrays joined, one level', '[[1], [2, [3]]].flatten()', '[1, 2, [3]]'],
  fold: [
    'Accumulates from the left, beginning with the seed',
    '[1, 2].fold("", (s, x) => s + x.toString())',
    '"12"',
  ],
  foldRight: ['The same from the right', '[1, 2].foldRight("", (s, x) => s + x.toString())', '"21"'],
  forEach: ['Calls for each element; answers null', '[1, 2].forEach(x => log(x))', 'null'],
  includes: ['Whether an element equals', '[1, 2].includes(2)', 'true'],
  indexOf: ['Index of the first equal element, at or after `start`, or null', '[1, 2, 1].indexOf(1, 1)', '2'],
  indexWhere: ['Index of the first element that satisfies, or null', '[1, 2].indexWhere(x => x > 1)', '1'],
  isEmpty: ['Whether it has no elements', '[].isEmpty()', 'true'],
  last: ['The last element, or null', '[1, 2].last()', '2'],
  lastIndexOf: [
    'Index of the last equal element, at or before `end`, or null',
    '[1, 2, 1].lastIndexOf(1)',
    '2',
  ],
  lastIndexWhere: [
    'Index of the last element that satisfies, or null',
    '[3, 2, 1].lastIndexWhere(x => x > 1)',
    '1',
  ],
  lastWhere: ['The last element that satisfies, or null', '[1, 2, 3].lastWhere(x => x < 3)', '2'],
  length: ['Number of elements', '[1, 2].length', '2'],
  map: ['What the mapper answers for each element', '[1, 2].map(x => x * 2)', '[2, 4]'],
  nonEmpty: ['Whether it has elements', '[1].nonEmpty()', 'true'],
  order: [
    'Sorted: by itself, by keys, `desc(key)` descending',
    '["b", "aa"].order(desc(.length))',
    '["aa", "b"]',
  ],
  prepend: ['With an element at the front', '[1, 2].prepend(0)', '[0, 1, 2]'],
  reduce: [
    'Accumulates from the left, beginning with the first element',
    '[1, 2, 3].reduce((a, b) => a + b)',
    '6',
  ],
  reduceRight: ['The same from the right', '["a", "b"].reduceRight((s, x) => s + x)', '"ba"'],
  reverse: ['The last first', '[1, 2].reverse()', '[2, 1]'],
  slice: ['From `from` up to before `until`', '[1, 2, 3].slice(1, 2)', '[2]'],
  take: ['The first elements', '[1, 2, 3].take(2)', '[1, 2]'],
  toSet: ['A Set of the elements', '[1, 2].toSet().count()', '2'],
  toString: example('Its text', '[1, "a"].toString()', '\'[1, "a"]\''),
  where: ['The elements that satisfy', '[1, 2, 3].where(x => x > 1)', '[2, 3]'],
}

export const ARRAY_MODULE: Examples = {
  sequence: ['The integers from `from` up to before `until`', 'Array.sequence(1, 4)', '[1, 2, 3]'],
}

export const SET: Examples = {
  aggregate: ['As with arrays', 'Set.sequence(1, 4).aggregate(0, (a, b) => a + b)', '6'],
  any: ['Whether one element satisfies', 'Product.all().any(.stock == 0)', 'true'],
  changesOn: ['Old name of `eventsOn`', 'Product.all().changesOn(.stock) isa EventSource', 'true'],
  concat: ['The elements of both', 'Set.single(1).concat(Set.single(2)).toArray()', '[1, 2]'],
  count: ['Number of elements', 'Customer.all().count()', '2'],
  distinct: ['Without repetitions, sorted', '[2, 1, 2].toSet().distinct().toArray()', '[1, 2]'],
  drop: ['Without the first elements', 'Product.all().drop(2).toArray() { name }', '[{ name: "Fig" }]'],
  eventSource: [
    'A source of the changes, for streams and feeds',
    'Product.all().eventSource() isa EventSource',
    'true',
  ],
  eventsOn: [
    'The same, for changes of some fields only',
    'Product.all().eventsOn(.stock) isa EventSource',
    'true',
  ],
  every: ['Whether all elements satisfy', 'Product.all().every(.price > 10)', 'true'],
  first: ['The first element, or null', 'Product.byPrice().first()!.name', '"Plum"'],
  firstWhere: [
    'The first element that satisfies, or null',
    'Product.all().firstWhere(.stock > 0)!.name',
    '"Pear"',
  ],
  flatMap: [
    'The Sets that the mapper answers, joined',
    'Set.sequence(1, 3).flatMap(n => Set.sequence(0, n)).toArray()',
    '[0, 0, 1]',
  ],
  fold: ['Accumulates from the left', 'Product.all().fold(0, (sum, p) => sum + p.stock)', '14'],
  foldRight: [
    'The same from the right',
    'Set.sequence(1, 4).foldRight("", (s, x) => s + x.toString())',
    '"321"',
  ],
  forEach: ['Calls for each element; may write', 'Product.all().forEach(p => log(p.name))', 'null'],
  includes: ['Whether an element equals', 'Product.all().includes(Product(1)!)', 'true'],
  isEmpty: ['Whether it has no elements', 'Product.byName("Kiwi").isEmpty()', 'true'],
  last: ['The last element, or null', 'Product.byPrice().last()!.name', '"Fig"'],
  lastWhere: [
    'The last element that satisfies, or null',
    'Product.all().lastWhere(.stock > 0)!.name',
    '"Fig"',
  ],
  map: [
    'What the mapper answers for each element',
    'Product.byPrice().map(.name).toArray()',
    '["Plum", "Pear", "Fig"]',
  ],
  nonEmpty: ['Whether it has elements', 'Product.byName("Fig").nonEmpty()', 'true'],
  order: [
    'Sorted by keys',
    'Product.all().order(desc(.price)).map(.name).toArray()',
    '["Fig", "Pear", "Plum"]',
  ],
  pageSize: ['Elements on a page', 'Product.all().pageSize(1).paginate().data.length', '1'],
  paginate: [
    'The first page: `{ data, after }`, without `after` when there is no more',
    'Product.byPrice().paginate(2).data.map(.name)',
    '["Plum", "Pear"]',
  ],
  reduce: [
    'Accumulates, beginning with the first element',
    'Product.all().map(.stock).reduce((a, b) => a + b)',
    '14',
  ],
  reduceRight: [
    'The same from the right',
    'Set.sequence(1, 4).map(x => x.toString()).reduceRight((s, x) => s + x)',
    '"321"',
  ],
  reverse: ['The last first', 'Product.byPrice().reverse().first()!.name', '"Fig"'],
  take: ['The first elements', 'Product.byPrice().take(1).map(.name).toArray()', '["Plum"]'],
  toArray: ['All elements, at most 16,000', 'Set.sequence(0, 3).toArray()', '[0, 1, 2]'],
  toSet: ['Itself', 'Set.single(1).toSet().toArray()', '[1]'],
  toStream: ['Old name of `eventSource`', 'Product.all().toStream() isa EventSource', 'true'],
  toString: example('`[set]`', 'Product.all().toString()', '"[set]"'),
  where: [
    'The elements that satisfy',
    'Product.all().where(.price < 40).map(.name).toArray()',
    '["Pear", "Plum"]',
  ],
}

export const SET_MODULE: Examples = {
  paginate: [
    'The page after a cursor',
    'Set.paginate(Product.byPrice().paginate(2).after!).data.map(.name)',
    '["Fig"]',
  ],
  sequence: ['The integers from `from` up to before `until`', 'Set.sequence(1, 4).toArray()', '[1, 2, 3]'],
  single: ['A Set of one element', 'Set.single("a").toArray()', '["a"]'],
}

export const SET_CURSOR: Examples = {
  toString: example(
    'Its text, which `Set.paginate` takes as well',
    'Set.paginate(Set.sequence(0, 3).paginate(2).after!.toString()).data',
    '[2]',
  ),
}

export const EVENT_SOURCE: Examples = {
  map: [
    'Events with what the mapper answers',
    'Product.all().eventSource().map(.name) isa EventSource',
    'true',
  ],
  toString: example('`[event source]`', 'Product.all().eventSource().toString()', '"[event source]"'),
  where: [
    'Events of the elements that satisfy',
    'Product.all().eventSource().where(.stock == 0) isa EventSource',
    'true',
  ],
}
