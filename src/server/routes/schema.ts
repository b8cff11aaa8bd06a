/** `/schema/1` (protocol §9). Path, parameters and multipart bodies are read here; rights are the engine's to check. */
import type {
  DiffFormat,
  QueryService,
  Reply,
  SchemaFile,
  SchemaItemKind,
  SchemaOperation,
} from '#src/engine/service.ts'
import { maxBodyBytes, maxSchemaFiles } from '#src/lib/limits.ts'
import { BadRequest } from '../bad-request.ts'
import { type Body, readBody } from '../body.ts'
import type { Exchange } from '../exchange.ts'
import { type Part, parseMultipart } from '../multipart.ts'
import { schemaError, tooLargeMessage } from '../replies.ts'

/** `path`: what follows `/schema/1`. */
export function schema(
  exchange: Exchange,
  service: QueryService,
  path: string,
  parameters: URLSearchParams,
): void {
  const form = (status: number, _code: string, message: string): Reply => schemaError(status, message)
  readBody(exchange.request, maxBodyBytes, (body) =>
    exchange.answer(() => run(exchange, service, path, parameters, body), form),
  )
}

async function run(
  exchange: Exchange,
  service: QueryService,
  path: string,
  parameters: URLSearchParams,
  body: Body,
): Promise<Reply> {
  if (body === 'too-large') return schemaError(413, tooLargeMessage)
  const segments = splitPath(path)
  if (segments === undefined) throw new BadRequest('Invalid request')
  const contentType = exchange.header('content-type') ?? ''
  const files = await readFiles(body, contentType)
  const text = body?.toString('utf8') ?? ''
  const operation = readOperation({
    method: exchange.request.method ?? '',
    segments,
    parameters,
    files,
    text,
  })
  return service.schema({
    authorization: exchange.header('authorization'),
    address: exchange.clientAddress,
    operation,
    version: readVersion(parameters.get('version')),
    force: parameters.get('force') === 'true',
    requestId: exchange.requestId,
  })
}

/** File and item names are percent-encoded, slashes in them too. undefined: the encoding is malformed. */
function splitPath(path: string): string[] | undefined {
  try {
    return path.split('/').filter(Boolean).map(decodeURIComponent)
  } catch {
    return undefined
  }
}

/** A body that is not multipart is no files. */
async function readFiles(body: Body, contentType: string): Promise<SchemaFile[]> {
  if (!(body instanceof Buffer) || !/^\s*multipart\//i.test(contentType)) return []
  if (!/;\s*boundary=/i.test(contentType)) throw new BadRequest('Request is not a valid multipart request')
  const parts = await parseMultipart(body, contentType)
  if (parts === undefined) throw new BadRequest('Invalid request')
  checkNames(parts)
  return parts
}

/** A place for `main.fsl` is always kept free: schema that is made by queries goes there. */
function checkNames(parts: readonly Part[]): void {
  for (const { name } of parts) {
    if (!name.endsWith('.fsl') || name.startsWith('*')) throw new BadRequest(`Invalid filename \`${name}\``)
  }
  const hasMain = parts.some(({ name }) => name === 'main.fsl')
  if (parts.length > (hasMain ? maxSchemaFiles : maxSchemaFiles - 1)) throw new BadRequest('Too many files')
}

const readVersion = (text: string | null): number | undefined =>
  text !== null && /^[+-]?\d{1,19}$/.test(text) ? Number(text) : undefined

interface SchemaCall {
  readonly method: string
  readonly segments: readonly string[]
  readonly parameters: URLSearchParams
  readonly files: readonly SchemaFile[]
  /** The body as text. */
  readonly text: string
}

type Route = { readonly [Method in 'GET' | 'POST' | 'DELETE']?: () => SchemaOperation }

function readOperation(call: SchemaCall): SchemaOperation {
  const route = call.segments[0] === 'items' ? itemRoute(call) : (fixedRoute(call) ?? fileRoute(call))
  if (route === undefined) return { kind: 'refuse', reply: schemaError(404, 'Not found') }
  const operation = route[call.method as keyof Route]
  return operation?.() ?? { kind: 'refuse', reply: schemaError(405, 'Method not allowed') }
}

function fixedRoute({ segments, parameters, files }: SchemaCall): Route | undefined {
  const staged = parameters.get('staged') === 'true'
  const override = parameters.get('override') !== 'false'
  const format = readFormat(parameters)
  const color = parameters.get('color') === 'ansi'
  switch (segments.join('/')) {
    case 'files':
      return { GET: () => ({ kind: 'files', staged }) }
    case 'update':
      return { POST: () => ({ kind: 'update', files, staged, override }) }
    case 'diff':
    case 'validate':
      return { POST: () => ({ kind: 'diff', files, staged, override, format, color }) }
    case 'status':
    case 'staged/status':
      return { GET: () => ({ kind: 'status', format, color }) }
    case 'commit':
    case 'staged/commit':
      return { POST: () => ({ kind: 'commit' }) }
    case 'abandon':
    case 'staged/abandon':
      return { POST: () => ({ kind: 'abandon' }) }
    default:
      return undefined
  }
}

function fileRoute({ segments, parameters }: SchemaCall): Route | undefined {
  const [first, name] = segments
  if (first !== 'files' || name === undefined || segments.length !== 2) return undefined
  return { GET: () => ({ kind: 'file', name, staged: parameters.get('staged') === 'true' }) }
}

function itemRoute({ segments, parameters, text: fsl }: SchemaCall): Route | undefined {
  const [, item, name] = segments
  if (item === undefined || !isItemKind(item) || segments.length > 3) return undefined
  const validation = {
    validate: parameters.get('validate') === 'true',
    format: readFormat(parameters),
    color: parameters.get('color') === 'ansi',
  }
  if (name === undefined) return { POST: () => ({ kind: 'item-create', item, fsl, ...validation }) }
  return {
    GET: () => ({ kind: 'item-get', item, name }),
    POST: () => ({ kind: 'item-update', item, name, fsl, ...validation }),
    DELETE: () => ({ kind: 'item-delete', item, name, ...validation }),
  }
}

const itemKinds: readonly string[] = ['collections', 'functions', 'roles', 'access_providers']

const isItemKind = (name: string): name is SchemaItemKind => itemKinds.includes(name)

function readFormat(parameters: URLSearchParams): DiffFormat | undefined {
  return diffFormat(parameters.get('format')) ?? diffFormat(legacyDiff(parameters.get('diff')))
}

/** The old parameter also has `true` for semantic. */
const legacyDiff = (value: string | null): string | null => (value === 'true' ? 'semantic' : value)

function diffFormat(name: string | null): DiffFormat | undefined {
  return name === 'semantic' || name === 'summary' || name === 'textual' ? name : undefined
}
