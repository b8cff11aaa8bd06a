/** First byte of a value in a cursor. Numbers never change their meaning. */
export const TAG = {
  absent: 0,
  null: 1,
  false: 2,
  true: 3,
  int: 4,
  long: 5,
  double: 6,
  string: 7,
  bytes: 8,
  array: 9,
  object: 10,
  id: 11,
  time: 12,
  transactionTime: 13,
  date: 14,
  uuid: 15,
  doc: 16,
  module: 17,
  set: 18,
  cursor: 19,
  lambda: 20,
  native: 21,
  userFunction: 22,
  eventSource: 23,
} as const

/** Values within values, in a cursor. */
export const MAX_VALUE_DEPTH = 400
