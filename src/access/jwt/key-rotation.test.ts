import { describe, expect, test } from 'vitest'
import { JwksCache, type JwksCacheOptions, defaultCacheLimits as limits } from '#src/access/jwt/jwks-cache.ts'
import type { JwksAnswer } from '#src/access/jwt/jwks-download.ts'
import { JwksError } from '#src/access/jwt/jwks-error.ts'
import { ec, jwk, keySet, otherRsa, rsa } from '#src/access/jwt/testing/issuer.ts'

const URI = 'https://issuer.test/keys'
const OLD = keySet(jwk(rsa.publicKey, { kid: 'old' }))
const BOTH = keySet(jwk(rsa.publicKey, { kid: 'old' }), jwk(otherRsa.publicKey, { kid: 'new' }))

const loaded = (text: string, etag?: string): JwksAnswer => ({ kind: 'loaded', text, etag })

/** A cache with a clock and a provider that obey the test. `calls`: URI and ETag of every download. */
function setup(options: Partial<JwksCacheOptions> = {}) {
  const world = {
    now: 1_000_000,
    calls: [] as [string, string | undefined][],
    failures: [] as string[],
    answer: async (): Promise<JwksAnswer> => loaded(OLD),
  }
  const cache = new JwksCache({
    now: () => world.now,
    fetch: (uri, etag) => {
      world.calls.push([uri, etag])
      return world.answer()
    },
    onFailure: (_, failure) => world.failures.push(failure.failure),
    ...options,
  })
  const find = async (id: string | undefined, uri = URI) =>
    (await cache.find(uri, { id, kind: 'RSA' })) !== undefined
  return { world, cache, find }
}

const settle = () => new Promise((resolve) => setImmediate(resolve))

describe('first load', () => {
  test('is shared', async () => {
    const { world, find } = setup()
    expect(await Promise.all(Array.from({ length: 50 }, () => find('old')))).not.toContain(false)
    expect(world.calls).toEqual([[URI, undefined]])
  })

  test('that fails is told to all who wait, and tried again soon', async () => {
    const { world, find } = setup()
    world.answer = () => Promise.reject(new JwksError('status'))
    const results = await Promise.allSettled([find('old'), find('old')])
    expect(results.map((r) => r.status)).toEqual(['rejected', 'rejected'])
    await expect(find('old')).rejects.toThrow('status')
    expect(world.calls).toHaveLength(1)
    world.answer = async () => loaded(OLD)
    world.now += limits.retryPause
    expect(await find('old')).toBe(true)
    expect(world.failures).toEqual(['status'])
  })

  test('of something that is no key set', async () => {
    const { world, find } = setup()
    world.answer = async () => loaded('<html>')
    await expect(find('old')).rejects.toThrow('malformed')
    world.answer = () => Promise.reject(new Error('surprise'))
    world.now += limits.retryPause
    await expect(find('old')).rejects.toThrow(JwksError)
  })

  test('two texts are two entries', async () => {
    const { world, find } = setup()
    await find('old')
    await find('old', `${URI}?x`)
    expect(world.calls).toHaveLength(2)
  })
})

describe('unknown key id', () => {
  test('reloads once, without ETag', async () => {
    const { world, find } = setup()
    world.answer = async () => loaded(OLD, '"1"')
    await find('old')
    world.answer = async () => loaded(BOTH, '"2"')
    world.now += limits.reloadPause
    expect(await Promise.all([find('new'), find('new'), find('new')])).toEqual([true, true, true])
    expect(world.calls).toEqual([
      [URI, undefined],
      [URI, undefined],
    ])
  })

  test('does not reload a set that has just come', async () => {
    const { world, find } = setup()
    await find('old')
    world.now += limits.reloadPause - 1
    expect(await find('new')).toBe(false)
    expect(world.calls).toHaveLength(1)
  })

  test('a flood of made-up ids costs two downloads a second', async () => {
    const { world, find } = setup()
    await find('old')
    for (let i = 0; i < 1000; i++) {
      world.now += 10
      expect(await find(`guess-${i}`)).toBe(false)
    }
    expect(world.calls.length).toBeLessThanOrEqual(1 + 20)
  })

  test('also when the provider is away', async () => {
    const { world, find } = setup()
    await find('old')
    world.answer = () => Promise.reject(new JwksError('network'))
    for (let i = 0; i < 100; i++) {
      world.now += 10
      await find(`guess-${i}`).catch(() => {})
    }
    expect(world.calls.length).toBeLessThanOrEqual(1 + 2)
    expect(await find('old')).toBe(true)
  })
})

describe('refresh', () => {
  test('in the background, with ETag; a key that was withdrawn is then gone', async () => {
    const { world, find } = setup()
    world.answer = async () => loaded(BOTH, '"1"')
    await find('old')
    world.now += limits.refreshAfter - 1
    await find('old')
    expect(world.calls).toHaveLength(1)
    world.now += 1
    world.answer = async () => loaded(keySet(jwk(otherRsa.publicKey, { kid: 'new' })), '"2"')
    expect(await find('old')).toBe(true)
    await settle()
    expect(world.calls.at(-1)).toEqual([URI, '"1"'])
    expect(await find('old')).toBe(false)
    expect(await find('new')).toBe(true)
  })

  test('304 keeps the set for another while', async () => {
    const { world, find } = setup()
    world.answer = async () => loaded(OLD, '"1"')
    await find('old')
    world.answer = async () => ({ kind: 'unmodified' })
    world.now += limits.refreshAfter
    await find('old')
    await settle()
    world.now += limits.refreshAfter - 1
    expect(await find('old')).toBe(true)
    expect(world.calls).toHaveLength(2)
  })

  test('that fails keeps the old set and waits', async () => {
    const { world, find } = setup()
    await find('old')
    world.answer = () => Promise.reject(new JwksError('timeout'))
    world.now += limits.refreshAfter
    for (let i = 0; i < 20; i++) {
      expect(await find('old')).toBe(true)
      await settle()
    }
    expect(world.calls).toHaveLength(2)
    world.now += limits.refreshPause
    await find('old')
    await settle()
    expect(world.calls).toHaveLength(3)
  })

  test('does not make anybody wait', async () => {
    const { world, find } = setup()
    await find('old')
    world.answer = () => new Promise(() => {})
    world.now += limits.refreshAfter
    expect(await find('old')).toBe(true)
    expect(await find('old')).toBe(true)
    expect(world.calls).toHaveLength(2)
  })
})

describe('memory', () => {
  test('a set that nobody uses is dropped', async () => {
    const { world, find } = setup()
    await find('old')
    world.now += limits.dropAfter
    world.answer = async () => loaded(BOTH)
    expect(await find('new')).toBe(true)
    expect(world.calls).toEqual([
      [URI, undefined],
      [URI, undefined],
    ])
  })

  test('the least recently used sets make room', async () => {
    const { world, find } = setup({ limits: { maxBytes: 3 * (OLD.length + 1100) } })
    for (const name of ['a', 'b', 'c']) await find('old', URI + name)
    await find('old', `${URI}a`)
    await find('old', `${URI}d`)
    expect(world.calls).toHaveLength(4)
    await find('old', `${URI}a`)
    expect(world.calls).toHaveLength(4)
    await find('old', `${URI}b`)
    expect(world.calls).toHaveLength(5)
  })

  test('URIs without any answer cost memory too', async () => {
    const { world, find } = setup({ limits: { maxBytes: 20_000 } })
    world.answer = () => Promise.reject(new JwksError('network'))
    for (let i = 0; i < 100; i++) await find('x', `${URI}/${i}`).catch(() => {})
    await find('x', `${URI}/0`).catch(() => {})
    expect(world.calls).toHaveLength(101)
  })
})

describe('which key', () => {
  const pick = async (keys: string, id: string | undefined) => {
    const { world, cache } = setup()
    world.answer = async () => loaded(keys)
    return (await cache.find(URI, { id, kind: 'RSA' }))?.export({ format: 'jwk' }).n
  }
  const first = jwk(rsa.publicKey) as { n: string }
  const second = jwk(otherRsa.publicKey) as { n: string }

  test.each<[string, string, string | undefined, string | undefined]>([
    ['no id, one key with an id', keySet({ ...first, kid: 'a' }), undefined, first.n],
    ['no id, one key of the kind', keySet(jwk(ec.publicKey), { ...first, kid: 'a' }), undefined, first.n],
    [
      'no id, several with one',
      keySet({ ...first, kid: 'a' }, { ...second, kid: 'b' }),
      undefined,
      undefined,
    ],
    ['no id, one without', keySet({ ...first, kid: 'a' }, second), undefined, second.n],
    ['an id', keySet({ ...first, kid: 'a' }, { ...second, kid: 'b' }), 'b', second.n],
    ['an id, the first of two', keySet({ ...first, kid: 'a' }, { ...second, kid: 'a' }), 'a', first.n],
    ['an id, one key without', keySet(first), 'a', undefined],
    ['an empty id is one', keySet({ ...first, kid: '' }, second), '', first.n],
    ['another letter case', keySet({ ...first, kid: 'A' }), 'a', undefined],
  ])('%s', async (_, keys, id, expected) => expect(await pick(keys, id)).toBe(expected))
})
