/** The tests that every storage engine must pass: each promise of `engine.ts`. Call it from a test file. */
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  type CommitOutcome,
  type Entry,
  FutureTimestamp,
  InvalidKey,
  type Key,
  type KeyRange,
  type Snapshot,
  SnapshotReleased,
  type StorageEngine,
  type Timestamp,
  type Write,
} from './engine.ts'
import { readSafeU64, u64 } from './keys/fixed.ts'
import { END_OF_KEYS, prefixRange, rest } from './keys/range.ts'

interface OpenOptions {
  /** Microseconds; the engine's own wall clock if not given. */
  readonly clock?: () => Timestamp
}

/** Opens the store called `place`, with what was committed to it before; new if there was none. */
export type OpenStore = (place: string, options?: OpenOptions) => Promise<StorageEngine>

const EVERYTHING: KeyRange = { start: '', end: END_OF_KEYS }
/** Longer than an embedded store takes at once. */
const LONG = 5000

const bytes = (text: string): Uint8Array => Buffer.from(text, 'latin1')
const text = (entry: Entry | undefined): string | undefined =>
  entry && Buffer.from(entry.value).toString('latin1')
const put = (key: Key, value = 'v'): Write => ({ key, value: bytes(value) })
const del = (key: Key): Write => ({ key, value: undefined })

let count = 0

export function storageContract(name: string, open: OpenStore): void {
  describe(`storage contract: ${name}`, () => {
    let place: string
    let engine: StorageEngine
    let engines: StorageEngine[] = []

    const openHere = async (options?: OpenOptions): Promise<StorageEngine> => {
      const opened = await open(place, options)
      engines.push(opened)
      return opened
    }
    const reopen = async (options?: OpenOptions): Promise<void> => {
      await close(engine)
      engine = await openHere(options)
    }
    const close = async (opened: StorageEngine): Promise<void> => {
      engines = engines.filter((e) => e !== opened)
      await opened.close()
    }

    beforeEach(async () => {
      place = `${process.pid}-${count++}`
      engine = await openHere()
    })
    afterEach(async () => {
      for (const opened of engines) await close(opened)
    })

    /** Commits at a snapshot of its own. */
    const commit = async (...writes: Write[]): Promise<Timestamp> => {
      const snapshot = await engine.begin()
      const outcome = await engine.commit({ snapshot, readKeys: [], readRanges: [], writes })
      snapshot.release()
      if (!outcome.committed) throw new Error('conflict')
      return outcome.ts
    }
    const commitAt = (
      snapshot: Snapshot,
      writes: Write[],
      readKeys: Key[] = [],
      readRanges: KeyRange[] = [],
    ): Promise<CommitOutcome> => engine.commit({ snapshot, readKeys, readRanges, writes })
    const reading = async <T>(read: (snapshot: Snapshot) => Promise<T>): Promise<T> => {
      const snapshot = await engine.begin()
      try {
        return await read(snapshot)
      } finally {
        snapshot.release()
      }
    }
    const value = (key: Key, at?: Timestamp) => reading(async (s) => text(await s.get(key, at)))
    const keys = (range: KeyRange = EVERYTHING, options: ScanAll = {}) =>
      reading(async (s) => (await scanAll(s, range, options)).map((e) => e.key))

    describe('get', () => {
      test('answers value, key and the commit timestamp', async () => {
        const ts = await commit(put('a', '1'), put('b', ''))
        await reading(async (s) => {
          expect(await s.get('a')).toMatchObject({ key: 'a', ts })
          expect(text(await s.get('a'))).toBe('1')
          expect(text(await s.get('b'))).toBe('')
          expect(await s.get('c')).toBeUndefined()
        })
      })

      test('keeps all bytes of keys and values', async () => {
        const all = Buffer.from(Array.from({ length: 256 }, (_, i) => i)).toString('latin1')
        await commit(put(all, all), put('\0', '0'), put('\0\0', '00'), put('\xfe\xff\xff', 'last'))
        expect(await value(all)).toBe(all)
        expect(await keys()).toEqual(['\0', '\0\0', all, '\xfe\xff\xff'])
        expect(await value('\0')).toBe('0')
      })

      test('keeps large values, unchanged by later reads', async () => {
        const sizes = [0, 1, 4000, 20_000, 70_000, 3_000_000]
        await commit(...sizes.map((n, i) => put(`k${i}`, String(i).repeat(n))))
        await reading(async (s) => {
          const entries: (Entry | undefined)[] = []
          for (const i of sizes.keys()) entries.push(await s.get(`k${i}`))
          const scanned = await scanAll(s, EVERYTHING)
          await commit(...sizes.map((_, i) => put(`k${i}`, 'other')))
          expect(entries.map((e, i) => text(e) === String(i).repeat(sizes[i] as number))).toEqual(
            sizes.map(() => true),
          )
          expect(scanned.map(text)).toEqual(entries.map(text))
        })
      })
    })

    describe('snapshots', () => {
      test('see what was acknowledged before, and nothing after', async () => {
        await commit(put('a', '1'), put('gone'))
        await reading(async (old) => {
          await commit(put('a', '2'), put('b'), del('gone'))
          expect([text(await old.get('a')), text(await old.get('b')), text(await old.get('gone'))]).toEqual([
            '1',
            undefined,
            'v',
          ])
          expect((await scanAll(old, EVERYTHING)).map((e) => e.key)).toEqual(['a', 'gone'])
          expect(await keys()).toEqual(['a', 'b'])
          expect(await value('gone')).toBeUndefined()
        })
      })

      test('never see a commit before it is acknowledged, and keep what they see', async () => {
        await commit(put('a', '0'))
        for (let i = 1; i <= 20; i++) {
          let acknowledged = false
          const committing = commit(put('a', String(i))).then((ts) => {
            acknowledged = true
            return ts
          })
          while (!acknowledged) {
            const snapshot = await engine.begin()
            const seen = text(await snapshot.get('a'))
            if (!acknowledged) expect(['0', String(i - 1), String(i)]).toContain(seen)
            await new Promise((resolve) => setImmediate(resolve))
            expect(text(await snapshot.get('a'))).toBe(seen)
            snapshot.release()
          }
          expect(await value('a')).toBe(String(i))
          await committing
        }
      })

      test('have a timestamp between the commits that they see and those that they do not', async () => {
        const before = await commit(put('a'))
        const snapshot = await engine.begin()
        const after = await commit(put('a'))
        expect(before).toBeLessThanOrEqual(snapshot.ts)
        expect(snapshot.ts).toBeLessThan(after)
        snapshot.release()
      })

      test('honour notBefore, and refuse a time that cannot be', async () => {
        const ts = await commit(put('a'))
        const ahead = ts + 5_000_000
        const snapshot = await engine.begin(ahead)
        expect(snapshot.ts).toBeGreaterThanOrEqual(ahead)
        expect(await commit(put('b'))).toBeGreaterThan(ahead)
        expect(await snapshot.get('b')).toBeUndefined()
        snapshot.release()
        await expect(async () => engine.begin(ahead + 3_600_000_000)).rejects.toThrow(FutureTimestamp)
        const acknowledged = await engine.begin(await commit(put('c')))
        expect(await acknowledged.get('c')).toBeDefined()
        acknowledged.release()
      })

      test('answer notBefore while commits are on their way', async () => {
        const writing = Promise.all(Array.from({ length: 10 }, (_, i) => commit(put(`k${i}`))))
        const snapshot = await engine.begin((await reading(async (s) => s.ts)) + 1_000_000)
        await writing
        const seen = await scanAll(snapshot, EVERYTHING)
        for (const entry of seen) expect(entry.ts).toBeLessThanOrEqual(snapshot.ts)
        snapshot.release()
      })

      test('can not be used once released', async () => {
        const snapshot = await engine.begin()
        snapshot.release()
        snapshot.release()
        await expect(async () => snapshot.get('a')).rejects.toThrow(SnapshotReleased)
        await expect(async () => snapshot.scan(EVERYTHING, { limit: 1 })).rejects.toThrow(SnapshotReleased)
        await expect(async () => commitAt(snapshot, [put('a')])).rejects.toThrow(SnapshotReleased)
      })
    })

    describe('the past', () => {
      test('is read with `at`', async () => {
        const t1 = await commit(put('a', '1'))
        const t2 = await commit(put('a', '2'), put('b'))
        const t3 = await commit(del('a'))
        const t4 = await commit(put('a', '4'))
        const seen = []
        for (const at of [t1 - 1, t1, t2, t3 - 1, t3, t4, t4 + 1e12]) seen.push(await value('a', at))
        expect(seen).toEqual([undefined, '1', '2', '2', undefined, '4', '4'])
        expect(await keys(EVERYTHING, { at: t1 })).toEqual(['a'])
        expect(await keys(EVERYTHING, { at: t3 })).toEqual(['b'])
        expect(await keys(EVERYTHING, { at: t2, reverse: true })).toEqual(['b', 'a'])
        expect(await reading((s) => Promise.resolve(s.get('a', t2)))).toMatchObject({ ts: t2 })
      })

      test('never shows more than the snapshot', async () => {
        const snapshot = await engine.begin()
        const ts = await commit(put('a'))
        expect(await snapshot.get('a', ts)).toBeUndefined()
        expect((await snapshot.scan(EVERYTHING, { limit: 9, at: ts })).entries).toEqual([])
        snapshot.release()
      })

      test('keeps versions of keys apart that start alike', async () => {
        const other = `a${u64(2 ** 53)}`
        const t1 = await commit(
          put('a', '1'),
          put('a\xff\xff\xff\xff\xff\xff\xff\xff', 'x1'),
          put(other, 'y1'),
        )
        await commit(put('a', '2'), put('a\xff\xff\xff\xff\xff\xff\xff\xff', 'x2'), put(other, 'y2'))
        await commit(del('a'))
        expect(await reading(async (s) => (await scanAll(s, EVERYTHING, { at: t1 })).map(text))).toEqual([
          '1',
          'y1',
          'x1',
        ])
        expect(await value('a', t1)).toBe('1')
      })
    })

    describe('scan', () => {
      const letters = ['a', 'ab', 'b', 'c', 'd']
      beforeEach(async () => {
        await commit(...letters.map((k) => put(k, k)), put('bb'))
        await commit(del('bb'))
      })

      test.each<[Key, Key, string[]]>([
        ['', END_OF_KEYS, letters],
        ['a', 'c', ['a', 'ab', 'b']],
        ['a\0', 'c\0', ['ab', 'b', 'c']],
        ['b', 'b', []],
        ['c', 'b', []],
        ['e', 'f', []],
        ['bb', 'bc', []],
      ])('%j to %j, both ways', async (start, end, expected) => {
        for (const limit of [1, 2, 100]) {
          expect(await keys({ start, end }, { limit })).toEqual(expected)
          expect(await keys({ start, end }, { limit, reverse: true })).toEqual([...expected].reverse())
        }
      })

      test('answers at most `limit` entries and says when it is done', async () => {
        await reading(async (s) => {
          const first = await s.scan(EVERYTHING, { limit: 2 })
          expect(first.entries.map((e) => e.key)).toEqual(['a', 'ab'])
          expect(first.done).toBe(false)
          const none = await s.scan({ start: 'x', end: 'y' }, { limit: 2 })
          expect(none).toEqual({ entries: [], done: true })
        })
      })

      test('finds one live entry among many deletions', async () => {
        await commit(...Array.from({ length: 3000 }, (_, i) => put(`m${i}`)), put('n'))
        await commit(...Array.from({ length: 3000 }, (_, i) => del(`m${i}`)))
        await reading(async (s) => {
          const found = await s.scan(prefixRange('m').start < 'n' ? { start: 'm', end: 'z' } : EVERYTHING, {
            limit: 5,
          })
          expect(found.entries.map((e) => e.key)).toEqual(['n'])
        })
      })

      test('comes through a long range', async () => {
        const many = Array.from({ length: 5000 }, (_, i) => `k${String(i).padStart(5, '0')}`)
        await commit(...many.map((k) => put(k, k)))
        expect(await keys({ start: 'k', end: 'l' }, { limit: 100_000 })).toEqual(many)
        expect(await keys({ start: 'k', end: 'l' }, { limit: 999, reverse: true })).toEqual(
          [...many].reverse(),
        )
      })
    })

    describe('long keys', () => {
      const p = (n: number, c = 'p') => c.repeat(n)
      const longKeys = [
        'a',
        p(1000),
        p(1919),
        p(1920),
        `${p(1920)}\0`,
        `${p(1920)}\x01`,
        `${p(1920)}a`,
        p(1921),
        `${p(1921)}${p(100, 'q')}`,
        `${p(LONG)}1`,
        `${p(LONG)}2`,
        `${p(64_000)}x`,
        `${p(64_000)}y`,
        `${p(64_000)}y${p(8, '\xff')}`,
        `${p(1920)}\xff`,
        `${p(1919)}q`,
        `${p(1900)}q${p(2000)}`,
        `${p(1900)}r`,
        p(2500, '\xfe'),
        p(6000, '\xfe'),
      ].sort((x, y) => (x < y ? -1 : 1))

      beforeEach(async () => {
        // In two commits, and not in order.
        await commit(...longKeys.filter((_, i) => i % 2).map((k) => put(k, `old ${k.length}`)))
        await commit(...[...longKeys].reverse().map((k) => put(k, `${k.length}`)))
      })

      test('are read, overwritten and deleted like others', async () => {
        for (const key of longKeys) expect(await value(key)).toBe(`${key.length}`)
        expect(await value(`${p(LONG)}3`)).toBeUndefined()
        expect(await value(p(LONG))).toBeUndefined()
        const ts = await commit(del(`${p(LONG)}1`))
        expect(await value(`${p(LONG)}1`)).toBeUndefined()
        expect(await value(`${p(LONG)}1`, ts - 1)).toBe(`${LONG + 1}`)
      })

      test('stand in order in scans, from anywhere to anywhere', async () => {
        expect(await keys(EVERYTHING, { limit: 3 })).toEqual(longKeys)
        expect(await keys(EVERYTHING, { limit: 3, reverse: true })).toEqual([...longKeys].reverse())
        const bounds = [...longKeys, ...longKeys.map((k) => `${k}\0`), p(1950), p(3840), p(3841)]
        for (const start of bounds) {
          const end = bounds[(bounds.indexOf(start) * 7 + 5) % bounds.length] as string
          const expected = longKeys.filter((k) => k >= start && k < end)
          expect(await keys({ start, end }, { limit: 2 })).toEqual(expected)
          expect(await keys({ start, end }, { limit: 2, reverse: true })).toEqual(expected.reverse())
        }
      })

      test('cause conflicts and can be pruned', async () => {
        const key = `${p(LONG)}1`
        const snapshot = await engine.begin()
        const ts = await commit(put(key, 'new'))
        expect(await commitAt(snapshot, [put('z')], [key])).toEqual({ committed: false, key })
        snapshot.release()
        expect(await engine.prune(prefixRange(p(LONG)), ts)).toBeGreaterThanOrEqual(1)
        expect(await value(key)).toBe('new')
      })

      test('survive reopening', async () => {
        await reopen()
        expect(await keys()).toEqual(longKeys)
        await commit(put(`${p(7000)}z`))
        expect(await value(`${p(7000)}z`)).toBe('v')
        expect(await value(`${p(LONG)}1`)).toBe(`${LONG + 1}`)
      })

      test.each([
        ['an empty key', ''],
        ['a key at the end of all', END_OF_KEYS],
        ['an endless key', 'x'.repeat(2 ** 20 + 1)],
      ])('but not %s', async (_, key) => {
        await expect(async () => commit(put('a', 'not this'), put(key))).rejects.toThrow(InvalidKey)
        expect(await value('a')).toBe('1')
        await commit(put('after'))
      })
    })

    describe('commit', () => {
      test('gives unique timestamps, later than those of all commits acknowledged before', async () => {
        const stamps: Timestamp[] = []
        let acknowledged = 0
        const client = async (key: Key): Promise<void> => {
          for (let i = 0; i < 4; i++) {
            const before = acknowledged
            const ts = await commit(put(key))
            expect(ts).toBeGreaterThan(before)
            acknowledged = Math.max(acknowledged, ts)
            stamps.push(ts)
          }
        }
        await Promise.all(Array.from({ length: 50 }, (_, i) => client(`${i}`)))
        expect(new Set(stamps).size).toBe(200)
      })

      test('lets the last write of a key win', async () => {
        const ts = await commit(put('a', '1'), del('a'), put('a', '2'), put('b'), del('b'))
        expect(await value('a')).toBe('2')
        expect(await value('b')).toBeUndefined()
        expect(await value('a', ts - 1)).toBeUndefined()
      })

      test('is all or nothing for readers', async () => {
        let done = false
        const writing = (async () => {
          for (let i = 0; i < 50; i++) await commit(...['a', 'b', 'c'].map((k) => put(k, String(i))))
          done = true
        })()
        while (!done) {
          const values = await reading(async (s) => (await scanAll(s, EVERYTHING)).map(text))
          expect(new Set(values).size).toBeLessThanOrEqual(1)
          await new Promise((resolve) => setImmediate(resolve))
        }
        await writing
      })

      test('without writes succeeds at the time of the snapshot', async () => {
        await commit(put('a'))
        const snapshot = await engine.begin()
        await commit(put('a'))
        expect(await commitAt(snapshot, [], ['a'])).toEqual({ committed: true, ts: snapshot.ts })
        snapshot.release()
      })

      const range = (start: Key, end: Key): KeyRange => ({ start, end })
      test.each<[string, Key[], KeyRange[], Write, boolean]>([
        ['a key read that was overwritten', ['a'], [], put('a', 'x'), true],
        ['a key read that was deleted', ['a'], [], del('a'), true],
        ['a missing key read that was created', ['aa'], [], put('aa'), true],
        ['another key', ['a'], [], put('b', 'x'), false],
        ['a blind write of the same key', [], [], put('w', 'x'), false],
        ['an entry of a range', [], [range('a', 'c')], put('b', 'x'), true],
        ['a deletion in a range', [], [range('a', 'c')], del('b'), true],
        ['a phantom in a range', [], [range('a', 'c')], put('bb'), true],
        ['the start of a range', [], [range('b', 'c')], put('b', 'x'), true],
        ['the end of a range', [], [range('a', 'b')], put('b', 'x'), false],
        [
          'one of several overlapping ranges',
          [],
          [range('x', 'y'), range('a', 'c'), range('b', 'bz')],
          put('bzz'),
          true,
        ],
        ['between ranges', [], [range('a', 'b'), range('c', 'd')], put('bb'), false],
        ['an empty range', [], [range('b', 'b'), range('c', 'a')], put('b', 'x'), false],
      ])('and conflict: %s', async (_, readKeys, readRanges, write, conflicts) => {
        await commit(put('a'), put('b'), put('c'))
        const snapshot = await engine.begin()
        await commit(write)
        const outcome = await commitAt(snapshot, [put('w', 'mine')], readKeys, readRanges)
        snapshot.release()
        expect(outcome.committed).toBe(!conflicts)
        if (!outcome.committed) expect(outcome.key).toBe('key' in write ? write.key : undefined)
        if (conflicts) expect(await value('w')).not.toBe('mine')
      })

      test('conflicts with a stamped key in a range', async () => {
        const snapshot = await engine.begin()
        await commit({ stampedPrefix: 'p', value: bytes('x') })
        expect((await commitAt(snapshot, [put('w')], [], [prefixRange('p')])).committed).toBe(false)
        snapshot.release()
      })

      test('of two that read the same, sent at once, lets one through', async () => {
        await commit(put('n', '0'))
        const [one, two] = [await engine.begin(), await engine.begin()]
        const outcomes = await Promise.all([
          commitAt(one, [put('n', '1')], ['n']),
          commitAt(two, [put('n', '2')], ['n']),
        ])
        one.release()
        two.release()
        expect(outcomes.filter((o) => o.committed)).toHaveLength(1)
        expect(await value('n')).toBe(outcomes[0].committed ? '1' : '2')
      })

      test('after a conflict a new snapshot sees why', async () => {
        await commit(put('n', '0'))
        const increment = async (): Promise<void> => {
          for (;;) {
            const snapshot = await engine.begin()
            const n = Number(text(await snapshot.get('n')))
            const outcome = await commitAt(snapshot, [put('n', String(n + 1))], ['n'])
            snapshot.release()
            if (outcome.committed) return
            const seen = await engine.begin()
            expect(Number(text(await seen.get('n')))).toBeGreaterThan(n)
            seen.release()
          }
        }
        await Promise.all(Array.from({ length: 20 }, increment))
        expect(await value('n')).toBe('20')
      })

      test('prevents write skew', async () => {
        await commit(put('a', 'on'), put('b', 'on'))
        const [one, two] = [await engine.begin(), await engine.begin()]
        const outcomes = await Promise.all([
          commitAt(one, [put('a', 'off')], ['a', 'b']),
          commitAt(two, [put('b', 'off')], ['a', 'b']),
        ])
        one.release()
        two.release()
        expect(outcomes.filter((o) => o.committed)).toHaveLength(1)
      })

      test('stamps keys with its timestamp', async () => {
        const ts = await commit({ stampedPrefix: 'log', value: bytes('x') }, put('a'))
        const [found] = await reading((s) => scanAll(s, prefixRange('log')))
        expect(found).toMatchObject({ key: `log${u64(ts)}`, ts })
        expect(readSafeU64((found as Entry).key, 3)).toBe(ts)
        const later = await commit({ stampedPrefix: 'log', value: bytes('y') })
        expect(await keys(prefixRange('log'))).toEqual([`log${u64(ts)}`, `log${u64(later)}`])
      })

      test('asks for the key of a write that depends on its timestamp', async () => {
        const at = (ts: Timestamp): Key => `t${u64(2 * ts)}`
        const snapshot = await engine.begin()
        const ts = await commit({ keyAt: at, value: bytes('x') })
        expect(await value(at(ts))).toBe('x')
        expect((await commitAt(snapshot, [put('w')], [at(ts)])).committed).toBe(false)
        snapshot.release()
      })
    })

    describe('prune', () => {
      test('forgets superseded versions and old deletions, and nothing else', async () => {
        await commit(put('a', '1'), put('b', '1'), put('c', '1'))
        await commit(put('a', '2'), del('b'))
        const before = await commit(put('a', '3'))
        const after = await commit(put('a', '4'), del('c'))
        // a: 1 and 2; b: 1 and the deletion.
        expect(await engine.prune(EVERYTHING, before)).toBe(4)
        expect(await engine.prune(EVERYTHING, before)).toBe(0)
        expect([await value('a', before), await value('b', before), await value('c', before)]).toEqual([
          '3',
          undefined,
          '1',
        ])
        expect([await value('a'), await value('b'), await value('c')]).toEqual(['4', undefined, undefined])
        expect(await keys(EVERYTHING, { at: before })).toEqual(['a', 'c'])
        // a: 3; c: 1 and the deletion.
        expect(await engine.prune(EVERYTHING, after)).toBe(3)
        expect(await keys()).toEqual(['a'])
      })

      test('keeps to its range', async () => {
        await commit(put('a', '1'), put('b', '1'), put('c', '1'))
        const ts = await commit(put('a', '2'), put('b', '2'), put('c', '2'))
        expect(await engine.prune({ start: 'b', end: 'c' }, ts)).toBe(1)
        expect([await value('a', ts - 1), await value('c', ts - 1)]).toEqual(['1', '1'])
      })

      test('leaves live snapshots what they see', async () => {
        await commit(put('a', '1'), put('b', '1'))
        const snapshot = await engine.begin()
        const ts = await commit(put('a', '2'), del('b'))
        await engine.prune(EVERYTHING, ts + 1_000_000)
        expect(text(await snapshot.get('a'))).toBe('1')
        expect((await scanAll(snapshot, EVERYTHING)).map((e) => e.key)).toEqual(['a', 'b'])
        snapshot.release()
        await engine.prune(EVERYTHING, ts + 1_000_000)
        expect([await value('a'), await value('b')]).toEqual(['2', undefined])
      })

      test('runs beside commits', async () => {
        const names = Array.from({ length: 500 }, (_, i) => `k${i}`)
        let last = 0
        for (let round = 0; round < 5; round++) {
          const pruning = engine.prune(EVERYTHING, last)
          const writing = names.map((k) => commit(round % 2 ? del(k) : put(k, String(round))))
          last = Math.max(...(await Promise.all(writing)))
          await pruning
          expect(await keys()).toHaveLength(round % 2 ? 0 : 500)
        }
        await engine.prune(EVERYTHING, last)
        for (const key of names) expect(await value(key)).toBe('4')
      })
    })

    describe('onCommit', () => {
      test('tells of each commit, in order, when it can be seen', async () => {
        const told: Timestamp[] = []
        const early: Timestamp[] = []
        const stop = engine.onCommit((ts) => {
          told.push(ts)
          void reading(async (s) => {
            if (s.ts < ts) early.push(ts)
          })
        })
        const stamps = await Promise.all(Array.from({ length: 20 }, (_, i) => commit(put(`k${i}`))))
        expect(told).toEqual([...stamps].sort((a, b) => a - b))
        stop()
        await commit(put('z'))
        expect(told).toHaveLength(20)
        expect(early).toEqual([])
      })

      test('goes on when a listener throws', async () => {
        const told: Timestamp[] = []
        const onWarning = () => undefined
        process.on('warning', onWarning)
        engine.onCommit(() => {
          throw new Error('a listener of the contract test throws: expected')
        })
        engine.onCommit((ts) => told.push(ts))
        const ts = await commit(put('a'))
        expect(told).toEqual([ts])
        process.off('warning', onWarning)
      })
    })

    describe('reopening', () => {
      test('finds everything that was acknowledged', async () => {
        const t1 = await commit(put('a', '1'), put('b'))
        await commit(put('a', '2'), del('b'))
        await reopen()
        expect(await value('a')).toBe('2')
        expect(await value('a', t1)).toBe('1')
        expect(await keys(EVERYTHING, { at: t1 })).toEqual(['a', 'b'])
      })

      test('waits for commits under way', async () => {
        const writing = Array.from({ length: 10 }, (_, i) => commit(put(`k${i}`)))
        await new Promise((resolve) => setImmediate(resolve))
        await reopen()
        await Promise.all(writing)
        expect(await keys()).toHaveLength(10)
      })

      test('timestamps go on, even if the clock has gone back', async () => {
        const snapshot = await engine.begin()
        const last = await commit(put('a', '1'))
        snapshot.release()
        await reopen({ clock: () => 1_000_000 })
        const back = await reading(async (s) => s.ts)
        expect(back).toBeGreaterThanOrEqual(last)
        const next = await commit(put('a', '2'))
        expect(next).toBeGreaterThan(back)
        expect(await value('a')).toBe('2')
        expect(await value('a', last)).toBe('1')
      })

      test('a clock that goes back while running changes nothing', async () => {
        const times = [5_000_000, 4_000_000, 3_000_000, 6_000_000, 1_000_000]
        let i = 0
        place = `${place}-clock`
        await close(engine)
        engine = await openHere({ clock: () => times[i++ % times.length] as number })
        const stamps: Timestamp[] = []
        for (let n = 0; n < 20; n++) {
          stamps.push(await commit(put('a', String(n))))
          expect(await value('a')).toBe(String(n))
        }
        expect(stamps).toEqual([...new Set(stamps)].sort((a, b) => a - b))
      })
    })

    test('agrees with a model at every time, whatever is written and pruned', async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 25 }), fc.gen(), async (steps, gen) => {
          await commit(...(await keys()).map(del))
          const model = new Model(await reading(async (s) => s.ts))
          for (const { writes, prune } of steps) {
            model.commit(await commit(...writes), writes)
            if (prune !== undefined) {
              const before = model.times[Math.floor(prune * model.times.length)] as Timestamp
              await engine.prune(EVERYTHING, before)
              model.horizon = Math.max(model.horizon, before)
            }
          }
          for (const at of model.times.filter((t) => t >= model.horizon)) {
            const start = gen(() => modelKey)
            const end = gen(() => modelKey)
            const reverse = gen(fc.boolean)
            const limit = gen(() => fc.integer({ min: 1, max: 4 }))
            const found = await reading((s) => scanAll(s, { start, end }, { at, reverse, limit }))
            expect(found.map((e) => [e.key, text(e)])).toEqual(model.scan(start, end, at, reverse))
            expect(await value(start, at)).toBe(model.get(start, at))
          }
        }),
        { numRuns: 30 },
      )
    })

    test('agrees with a model when the same ranges are read before, during and after every write', async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(groupStep, { minLength: 5, maxLength: 25 }), async (steps) => {
          await commit(...(await keys()).map(del))
          const model = new Model(await reading(async (s) => s.ts))
          const scans = (snapshot: Snapshot): Promise<[Key, string][][]> =>
            Promise.all(
              repeatedScans.map(async ({ range, ...options }) =>
                (await scanAll(snapshot, range, options)).map((e) => [e.key, text(e) as string]),
              ),
            )
          const expected = ({ ts }: Snapshot): [Key, string][][] =>
            repeatedScans.map(({ range, reverse }) => model.scan(range.start, range.end, ts, reverse))
          for (const { writes, prune } of steps) {
            const before = await engine.begin()
            const writing = commit(...writes)
            const during = await engine.begin()
            const seen = await scans(during)
            model.commit(await writing, writes)
            expect(seen).toEqual(expected(during))
            const after = await engine.begin()
            for (const snapshot of [after, before, during, after, after])
              expect(await scans(snapshot)).toEqual(expected(snapshot))
            for (const snapshot of [before, during, after]) snapshot.release()
            if (prune) await engine.prune(EVERYTHING, model.times.at(-1) as Timestamp)
          }
        }),
        { numRuns: 20 },
      )
    })
  })
}

/** Keys of a few prefixes, some of which are prefixes of others; some keys are long. */
const groupKey = fc
  .tuple(
    fc.constantFrom('the group a', 'the group ab', 'the group b', `the group b${'p'.repeat(2000)}`),
    fc.constantFrom('', '\0', 'a', 'b', '\xff'),
  )
  .map(([a, b]) => a + b)
const groupStep = fc.record({
  writes: fc.array(
    fc
      .tuple(groupKey, fc.option(fc.constantFrom('x', 'y')))
      .map(([k, v]) => (v === null ? del(k) : put(k, v))),
    { minLength: 1, maxLength: 3 },
  ),
  prune: fc.boolean(),
})
/** Some of the same range, with other options. */
const repeatedScans = [
  { range: prefixRange('the group '), reverse: false, limit: 2 },
  { range: prefixRange('the group a'), reverse: true, limit: 3 },
  { range: prefixRange('the group a'), reverse: true, limit: 1 },
  { range: prefixRange('the group ab'), reverse: false, limit: 10 },
  { range: prefixRange('the group ab'), reverse: true, limit: 10 },
  { range: prefixRange('the group b'), reverse: true, limit: 2 },
  { range: prefixRange('the group bp'), reverse: false, limit: 10 },
]

const modelKey = fc
  .tuple(
    fc.constantFrom('', 'a', '\xff', 'p'.repeat(1920), 'p'.repeat(3900)),
    fc.string({ minLength: 1, maxLength: 2, unit: fc.constantFrom('\0', '\x01', 'a', '\xfe') }),
  )
  .map(([a, b]) => a + b)
const modelWrite = fc
  .tuple(modelKey, fc.option(fc.constantFrom('x', 'y', '')))
  .map(([key, v]) => (v === null ? del(key) : put(key, v)))
const step = fc.record({
  writes: fc.array(modelWrite, { minLength: 1, maxLength: 4 }),
  prune: fc.option(fc.double({ min: 0, max: 0.99, noNaN: true }), { freq: 6, nil: undefined }),
})

/** A store that keeps every state. */
class Model {
  readonly times: Timestamp[] = []
  readonly #states: Map<Key, string>[] = []
  horizon: Timestamp

  constructor(start: Timestamp) {
    this.times.push(start)
    this.#states.push(new Map())
    this.horizon = start
  }

  commit(ts: Timestamp, writes: readonly Write[]): void {
    const state = new Map(this.#states.at(-1))
    for (const write of writes) {
      if (!('key' in write)) continue
      if (write.value) state.set(write.key, Buffer.from(write.value).toString('latin1'))
      else state.delete(write.key)
    }
    this.times.push(ts)
    this.#states.push(state)
  }

  #at(ts: Timestamp): Map<Key, string> {
    return this.#states[this.times.findLastIndex((t) => t <= ts)] as Map<Key, string>
  }

  get(key: Key, at: Timestamp): string | undefined {
    return this.#at(at).get(key)
  }

  scan(start: Key, end: Key, at: Timestamp, reverse: boolean): [Key, string][] {
    const found = [...this.#at(at)]
      .filter(([k]) => k >= start && k < end)
      .sort(([a], [b]) => (a < b ? -1 : 1))
    return reverse ? found.reverse() : found
  }
}

interface ScanAll {
  readonly limit?: number
  readonly reverse?: boolean
  readonly at?: Timestamp
}

/** All chunks of a scan. */
async function scanAll(snapshot: Snapshot, range: KeyRange, options: ScanAll = {}): Promise<Entry[]> {
  const { limit = 10, reverse = false } = options
  const out: Entry[] = []
  for (let left = range; ; ) {
    const { entries, done } = await snapshot.scan(left, { ...options, limit })
    expect(entries.length).toBeLessThanOrEqual(limit)
    out.push(...entries)
    const last = entries.at(-1)
    if (done) return out
    if (!last) throw new Error('an empty chunk that is not the last')
    left = rest(left, last.key, reverse)
  }
}
