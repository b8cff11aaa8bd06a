/** Options that several commands have, and how their values are read. */
import { InvalidArgumentError, Option } from 'commander'
import { parseRange, type Range } from '#src/lib/ip-address.ts'
import { type LogLevel, logLevels } from '#src/observe/log.ts'

export interface ListenOptions {
  readonly host: string
  readonly port: number
  readonly adminPort?: number
  readonly trustProxy: readonly Range[]
  readonly logLevel: LogLevel
}

export const hostOption = (): Option =>
  new Option('--host <address>', 'address to listen on').default('127.0.0.1')

export const portOption = (): Option =>
  new Option('--port <port>', 'port to listen on; 0 takes a free one').default(8443).argParser(readPort)

export const adminPortOption = (): Option =>
  new Option('--admin-port <port>', 'also serve /metrics and /health on this port of 127.0.0.1').argParser(
    readPort,
  )

export const trustProxyOption = (): Option =>
  new Option(
    '--trust-proxy <range>',
    'believe x-forwarded-for of these proxies, such as 10.0.0.0/8; repeatable',
  )
    .argParser(readRanges)
    .default([])

export const logLevelOption = (level: LogLevel): Option =>
  new Option('--log-level <level>', 'how much to log, as JSON lines on standard error')
    .choices(logLevels)
    .default(level)

export const folderOption = (): Option =>
  new Option('--folder <path>', 'folder that holds the data').default('./.vivarium')

function readRanges(text: string, before: readonly Range[]): Range[] {
  const range = parseRange(text)
  if (!range)
    throw new InvalidArgumentError('A range is an address, or an address and the number of its bits.')
  return [...before, range]
}

function readPort(text: string): number {
  const port = Number(text)
  if (!/^\d{1,5}$/.test(text) || port > 65_535) throw new InvalidArgumentError('A port is 0 to 65535.')
  return port
}
