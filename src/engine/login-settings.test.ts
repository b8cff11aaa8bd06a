import { describe, expect, it } from 'vitest'
import { addressPolicy, credentialPolicy } from '#src/access/throttle/policy.ts'
import { type DatabaseId, databaseKey, identitySettingsKey, ROOT_DATABASE } from '#src/data/keys.ts'
import { encodeVersion } from '#src/data/value-codec.ts'
import { MemoryEngine } from '#src/storage/memory/engine.ts'
import { runTransaction } from '#src/transaction/run.ts'
import { type IdentitySettingsJson, loginSettings, settingsProblem } from './login-settings.ts'

/** What applies to database 2, below 1, below the root, with these settings. */
async function settingsWith(settings: ReadonlyMap<DatabaseId, IdentitySettingsJson>) {
  const storage = new MemoryEngine()
  await runTransaction(storage, (tx) => {
    for (const [id, parent] of [
      [1n, ROOT_DATABASE],
      [2n, 1n],
    ] as const) {
      const fields = new Map([
        ['parent', parent],
        ['document', id],
      ])
      tx.put(databaseKey(id), encodeVersion({ ttl: undefined, fields, internal: new Map() }))
    }
    for (const [id, json] of settings) tx.put(identitySettingsKey(id), Buffer.from(JSON.stringify(json)))
  })
  return (await runTransaction(storage, (tx) => loginSettings(tx, 2n))).value
}

describe('settings that apply', () => {
  it('the defaults: throttled, tokens live for ever', async () => {
    expect(await settingsWith(new Map())).toEqual({
      credential: credentialPolicy,
      address: addressPolicy,
      tokens: { byDefault: undefined, atMost: undefined },
    })
  })

  it('those of the nearest database that has some, as a whole', async () => {
    const ofRoot: IdentitySettingsJson = { token_ttl: { max: 5 } }
    const ofParent: IdentitySettingsJson = { token_ttl: { default: 3 }, throttle: { address: false } }
    const inherited = await settingsWith(new Map([[ROOT_DATABASE, ofRoot]]))
    expect(inherited.tokens).toEqual({ byDefault: undefined, atMost: 5_000_000_000n })
    const nearer = await settingsWith(
      new Map([
        [ROOT_DATABASE, ofRoot],
        [1n, ofParent],
      ]),
    )
    expect(nearer.tokens).toEqual({ byDefault: 3_000_000_000n, atMost: undefined })
    expect(nearer.address).toBeUndefined()
  })

  it('durations in seconds; what is not said is as by default', async () => {
    const json: IdentitySettingsJson = { throttle: { credential: { free_failures: 1, max_delay: 7 } } }
    expect((await settingsWith(new Map([[2n, json]]))).credential).toEqual({
      ...credentialPolicy,
      freeFailures: 1,
      maxDelay: 7000,
    })
  })
})

it.each<[string, string | undefined]>([
  ['{}', undefined],
  ['{"token_ttl":{"default":60,"max":60},"throttle":{"credential":false,"address":{}}}', undefined],
  ['[]', 'Settings are a JSON object.'],
  ['null', 'Settings are a JSON object.'],
  ['{"ttl":1}', 'There is no setting `ttl`.'],
  ['{"__proto__":1}', 'There is no setting `__proto__`.'],
  ['{"token_ttl":5}', '`token_ttl` is an object.'],
  ['{"token_ttl":{"maximum":5}}', 'There is no setting `token_ttl.maximum`.'],
  ['{"token_ttl":{"max":0}}', '`token_ttl.max` is a whole number, 1 to 3155760000.'],
  ['{"token_ttl":{"max":1.5}}', '`token_ttl.max` is a whole number, 1 to 3155760000.'],
  ['{"token_ttl":{"max":"5"}}', '`token_ttl.max` is a whole number, 1 to 3155760000.'],
  ['{"token_ttl":{"default":6,"max":5}}', '`token_ttl.default` is more than `token_ttl.max`.'],
  ['{"throttle":false}', '`throttle` is an object.'],
  ['{"throttle":{"user":{}}}', 'There is no setting `throttle.user`.'],
  ['{"throttle":{"address":null}}', '`throttle.address` is an object.'],
  ['{"throttle":{"address":{"on_success":1}}}', 'There is no setting `throttle.address.on_success`.'],
  [
    '{"throttle":{"credential":{"max_delay":172801}}}',
    '`throttle.credential.max_delay` is a whole number, 0 to 172800.',
  ],
])('%s', (json, problem) => {
  expect(settingsProblem(JSON.parse(json))).toBe(problem)
})
