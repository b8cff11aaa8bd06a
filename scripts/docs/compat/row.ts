/** Rows of COMPAT.md, each with what proves it where that can be run. */

type State = 'yes' | 'partly' | 'no'

/** A request and what its reply must be. Of a row that says `no`, the reply is another one. */
export interface Proof {
  /** Pushed first, into a database of its own; without it the database of the reference page is used. */
  readonly schema?: string
  /** A query that runs before. */
  readonly before?: string
  /** Pushed after `before`. */
  readonly then?: string
  readonly method?: string
  /** Default: `/query/1`. */
  readonly path?: string
  readonly headers?: Readonly<Record<string, string>>
  /** FQL on `/query/1`, else the body as it is. */
  readonly send?: string
  /** Default: 200. */
  readonly status?: number
  /** `error.code` */
  readonly code?: string
  /** A part of the text of the reply. */
  readonly says?: string
  /** The data, in the format `simple`. */
  readonly data?: unknown
}

export interface Row {
  readonly item: string
  readonly state: State
  readonly comment: string
  readonly proof?: Proof
}

export interface Table {
  readonly title: string
  readonly about?: string
  readonly rows: readonly Row[]
}

export const yes = (item: string, proof?: Proof, comment = ''): Row => ({
  item,
  state: 'yes',
  comment,
  ...(proof && { proof }),
})

export const partly = (item: string, comment: string, proof?: Proof): Row => ({
  item,
  state: 'partly',
  comment,
  ...(proof && { proof }),
})

export const no = (item: string, comment: string, proof?: Proof): Row => ({
  item,
  state: 'no',
  comment,
  ...(proof && { proof }),
})

/** A query that answers so. */
export const gives = (send: string, data: unknown): Proof => ({ send, data })

/** A query that fails so. */
export const fails = (send: string, code: string, more: Proof = {}): Proof => ({
  send,
  code,
  status: 400,
  ...more,
})

/** FSL that is taken, and a query that works with it. */
export const works = (schema: string, send: string, data: unknown, more: Proof = {}): Proof => ({
  schema,
  send,
  data,
  ...more,
})

export const untyped = { 'x-typecheck': 'false' }
