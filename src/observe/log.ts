/**
 * The log. Secrets stay out of it by construction: callers pass ids, routes and numbers, never headers, bodies or
 * query texts.
 */
import { type Logger, pino } from 'pino'

export type Log = Pick<Logger, 'debug' | 'info' | 'warn' | 'error' | 'isLevelEnabled'>

export const logLevels = ['debug', 'info', 'warn', 'error', 'silent'] as const
export type LogLevel = (typeof logLevels)[number]

/** JSON lines, on standard error unless told: standard output belongs to the command. */
export function createLog(level: LogLevel, destination: Destination = standardError()): Log {
  return pino({ level, base: null, serializers: { err: describeError } }, destination)
}

type Destination = { write(line: string): void }

const standardError = (): Destination => pino.destination({ fd: 2, sync: true })

export const silentLog: Log = pino({ level: 'silent' })

/** Name, message and stack; other properties of an error may hold anything, so they stay out. */
function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return { type: typeof error }
  return { type: error.name, message: error.message, stack: error.stack }
}
