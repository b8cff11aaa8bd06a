import { type Examples, example } from './example.ts'

const T = 'Time("2024-02-29T12:30:45Z")'
const D = 'Date("2024-02-29")'

export const TIME: Examples = {
  add: ['Later; units from `nanoseconds` to `days`', `${T}.add(1, "day")`, 'Time("2024-03-01T12:30:45Z")'],
  subtract: ['Earlier', `${T}.subtract(30, "minutes")`, 'Time("2024-02-29T12:00:45Z")'],
  difference: ['Whole units since `start`', `${T}.difference(Time("2024-02-28T12:00:00Z"), "hours")`, '24'],
  dayOfMonth: ['1 to 31, in UTC as all fields', `${T}.dayOfMonth`, '29'],
  dayOfWeek: ['1 (Monday) to 7 (Sunday)', `${T}.dayOfWeek`, '4'],
  dayOfYear: ['1 to 366', `${T}.dayOfYear`, '60'],
  hour: ['0 to 23', `${T}.hour`, '12'],
  minute: ['0 to 59', `${T}.minute`, '30'],
  month: ['1 to 12', `${T}.month`, '2'],
  second: ['0 to 59', `${T}.second`, '45'],
  year: ['The year', `${T}.year`, '2024'],
  toMicros: ['Microseconds since 1970', 'Time("1970-01-01T00:00:01Z").toMicros()', '1000000'],
  toMillis: ['Milliseconds since 1970', 'Time("1970-01-01T00:00:01Z").toMillis()', '1000'],
  toSeconds: ['Seconds since 1970', 'Time("1970-01-01T00:01:00Z").toSeconds()', '60'],
  toString: example(
    'ISO 8601 in UTC',
    'Time("2024-02-29T12:30:45+02:00").toString()',
    '"2024-02-29T10:30:45Z"',
  ),
}

export const TIME_MODULE: Examples = {
  'Time()': [
    'From ISO 8601 with an offset',
    'Time("2024-02-29T12:30+02:00")',
    'Time("2024-02-29T10:30:00Z")',
  ],
  fromString: ['The same', 'Time.fromString("2024-02-29T12:30:45Z")', T],
  epoch: ['That much after 1970', 'Time.epoch(1, "day")', 'Time("1970-01-02T00:00:00Z")'],
  now: ['The time of the query: the same throughout it', 'Time.now() == Time.now()', 'true'],
}

export const TRANSACTION_TIME: Examples = {
  toString: example(
    'What it is; the time is known only after the commit',
    'TransactionTime().toString()',
    '"[transaction time]"',
  ),
}
export const TRANSACTION_TIME_MODULE: Examples = {
  'TransactionTime()': [
    'The time at which this query commits',
    'TransactionTime() isa TransactionTime',
    'true',
  ],
}

export const DATE: Examples = {
  add: ['Later by days', `${D}.add(1, "day")`, 'Date("2024-03-01")'],
  subtract: ['Earlier by days', `${D}.subtract(29, "days")`, 'Date("2024-01-31")'],
  difference: ['Days since `start`', `${D}.difference(Date("2024-02-01")) == 28`, 'true'],
  dayOfMonth: ['1 to 31', `${D}.dayOfMonth`, '29'],
  dayOfWeek: ['1 (Monday) to 7 (Sunday)', `${D}.dayOfWeek`, '4'],
  dayOfYear: ['1 to 366', `${D}.dayOfYear`, '60'],
  month: ['1 to 12', `${D}.month`, '2'],
  toString: example('`YYYY-MM-DD`', `${D}.toString()`, '"2024-02-29"'),
  year: ['The year', `${D}.year`, '2024'],
}

export const DATE_MODULE: Examples = {
  'Date()': ['From `YYYY-MM-DD`', 'Date("2024-02-29").month', '2'],
  fromString: ['The same', 'Date.fromString("2024-02-29")', D],
  today: ['The date of the query in UTC', 'Date.today() isa Date', 'true'],
}
