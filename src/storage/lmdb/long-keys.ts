/**
 * LMDB takes keys of up to 1978 bytes; ours may be longer. A longer key is stored in layers: in the first table, under
 * its first `SLICE` bytes and a byte 1, stands the number of a layer; there, under that number (8 bytes) and the rest
 * of the key, stands the version, or again the number of a further layer. Keys of up to `SLICE` bytes sort before a
 * link with the same bytes and every row of a layer belongs at its link, so scans stay in order of the full keys,
 * however long a prefix they share.
 */
import type { Key } from '../engine.ts'
import { readSafeU64, u64 } from '../keys/fixed.ts'
import { encodeRecord, type VersionRecord } from './record.ts'
import type { Change, Table, Tables, VersionTables } from './tables.ts'

/** 8 (layer) + SLICE + 8 (inverted timestamp) bytes must fit. */
export const SLICE = 1920
const LINK_END = '\x01'
const AFTER_LINK = '\x02'

/** Where the versions of a key are. */
export interface Place {
  readonly tables: VersionTables
  readonly stored: Key
}

/** The number of a layer, as its keys start. */
export type Layer = Key

export const isLink = (layer: Layer, stored: Key): boolean => stored.length - layer.length > SLICE

const linkKey = (layer: Layer, key: Key, at: number): Key => layer + key.slice(at, at + SLICE) + LINK_END

/** Answers the layer that a link leads to. */
type FollowLink = (table: Table, link: Key) => Layer | undefined

function locate(tables: Tables, key: Key, follow: FollowLink): Place | undefined {
  let table = tables.short
  let layer: Layer | undefined = ''
  let at = 0
  for (; key.length - at > SLICE; at += SLICE, table = tables.long) {
    layer = follow(table.latest, linkKey(layer, key, at))
    if (layer === undefined) return undefined
  }
  return { tables: table, stored: layer + key.slice(at) }
}

/** A link is stored as a version whose timestamp is the number of the layer. */
const encodeLink = (n: number): Uint8Array => encodeRecord({ ts: n, value: undefined, hasHistory: false })

export const layerOf = (link: VersionRecord): Layer => u64(link.ts)

function readLink(table: Table, link: Key): Layer | undefined {
  const record = table.get(link)
  return record && layerOf(record)
}

/** The place of a key longer than `SLICE`, if it or a key with the same beginning was ever written. */
export const findPlace = (tables: Tables, key: Key): Place | undefined => locate(tables, key, readLink)

/** Makes places for long keys; the links that they need are added to `changes`, and remembered until those are made. */
export class Placer {
  readonly #tables: Tables
  readonly #changes: Change[]
  readonly #made = new Map<Key, Layer>()
  #next: number

  constructor(tables: Tables, changes: Change[]) {
    this.#tables = tables
    this.#changes = changes
    this.#next = tables.getNumber('layers') ?? 0
  }

  place(key: Key): Place {
    if (key.length <= SLICE) return { tables: this.#tables.short, stored: key }
    return locate(this.#tables, key, (table, link) => this.#follow(table, link)) as Place
  }

  #follow(table: Table, link: Key): Layer {
    const known = this.#made.get(link) ?? readLink(table, link)
    if (known !== undefined) return known
    const n = this.#next++
    const layer = u64(n)
    this.#made.set(link, layer)
    this.#changes.push(
      { table, key: link, value: encodeLink(n) },
      this.#tables.setNumber('layers', this.#next),
    )
    return layer
  }
}

/** A part of the keys of a layer: `start <= rest < end`; no end: all of them. */
export interface Bounds {
  readonly start: Key
  readonly end: Key | undefined
}

/** The bounds within the layer that the rest `slice` of a key leads to. */
export function boundsBehind(slice: Key, { start, end }: Bounds): Bounds {
  const inside = (bound: Key) => bound.length > SLICE && bound.startsWith(slice)
  return {
    start: inside(start) ? start.slice(SLICE) : '',
    end: end !== undefined && inside(end) ? end.slice(SLICE) : undefined,
  }
}

/** First stored key, in a layer, of the rows and links for the bounds. */
export const storedStart = (layer: Layer, start: Key): Key =>
  layer + (start.length > SLICE ? start.slice(0, SLICE) + LINK_END : start)

/** First stored key, in a layer, after the rows and links for the bounds. */
export function storedEnd(layer: Layer, end: Key | undefined): Key {
  if (end === undefined) return nextLayer(layer)
  return layer + (end.length > SLICE ? end.slice(0, SLICE) + AFTER_LINK : end)
}

const nextLayer = (layer: Layer): Layer => u64(readSafeU64(layer) + 1)
