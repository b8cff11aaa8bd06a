/** Decisions that explain themselves. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startOwnServer } from '../conformance/own-server.ts'
import { Asking, type Json } from './asking.ts'

let a: Asking
let ann: string
let child: string

const SCHEMA = `collection User { *: Any }
collection Note { *: Any }
role member {
  membership User {
    predicate (u => u.active)
  }
  privileges Note {
    read {
      predicate (n => n.owner == Query.identity())
    }
    create
  }
  privileges act {
    call
  }
}
role boss {
  membership User {
    predicate (.boss == true)
  }
  privileges Note {
    delete
  }
}
role other {
  membership Note
}
@role(server)
function act() {
  Note.all().count()
}
`

beforeAll(async () => {
  a = new Asking(await startOwnServer())
  expect((await a.push(SCHEMA)).status).toBe(200)
  await a.data('[User.create({ id: 1, active: true, boss: "yes" }), User.create({ id: 2 })].length')
  await a.data('[Note.create({ id: 1, owner: User("1") }), Note.create({ id: 2, owner: User("2") })].length')
  ann = await a.data('Token.create({ id: 5, document: User("1") }).secret')
  child = await a.child('child')
})
afterAll(() => a.server.stop())

const explain = async (secret: string, query: string, admin = a.server.secret): Promise<Json> => {
  const reply = await a.call('POST', '/explain/1', admin, { secret, query })
  expect(reply.status).toBe(200)
  return reply.json()
}

test('who it is, and why the roles are held or not', async () => {
  const { login } = await explain(ann, '1')
  expect(login).toMatchObject({ authenticated: true, kind: 'token', id: '5', identity: 'User/1' })
  expect(login.roles).toMatchObject([
    { role: 'member', held: true, predicate: { text: '(u) => u.active', place: 'main.fsl:5:16' } },
    { role: 'boss', held: false, because: 'its membership predicate does not hold: it is false' },
    { role: 'other', held: false, because: 'its membership is on Note, not on User' },
  ])
})

test('why documents are readable or not', async () => {
  const { decisions, answer } = await explain(ann, '[Note("1").exists(), Note("2").exists()]')
  expect(answer).toMatchObject({ status: 200, body: { data: [true, false] } })
  const [one, two] = decisions
  expect(one).toMatchObject({ action: 'read', document: 'Note/1', allowed: true, rights: 'member' })
  expect(two).toMatchObject({
    document: 'Note/2',
    allowed: false,
    reasons: [
      {
        role: 'member',
        grants: false,
        entry: 'predicate',
        predicate: {
          holds: false,
          because: 'it is false',
          place: 'main.fsl:9:18',
          text: '(n) => n.owner == Query.identity()',
        },
      },
    ],
  })
})

test('why an action is refused', async () => {
  const { decisions, answer } = await explain(ann, 'Note("1")!.delete()')
  expect(answer).toMatchObject({ status: 400, body: { error: { code: 'permission_denied' } } })
  expect(decisions.at(-1)).toMatchObject({
    action: 'delete',
    allowed: false,
    reasons: [{ role: 'member', entry: 'none' }],
  })
})

test('rights of a function with a role', async () => {
  const { decisions } = await explain(ann, 'act()')
  expect(decisions[0]).toMatchObject({
    action: 'call',
    resource: 'act',
    allowed: true,
    reasons: [{ entry: 'always' }],
  })
  expect(decisions[1]).toMatchObject({ action: 'read', rights: 'server', allowed: true })
})

test('predicates that fail say how', async () => {
  await a.data(
    'Role.create({ name: "broken", privileges: { resource: "Note", actions: { read: "n => n.owner!.name.length > 1" } } })',
  )
  const key = await a.data('Key.create({ role: "broken" }).secret')
  const { login, decisions } = await explain(key, 'Note("1").exists()')
  expect(login.roles).toEqual([{ role: 'broken', held: true, because: 'the key has this role' }])
  expect(decisions[0].reasons[0].predicate.because).toMatch(/^it fails: \w+: /)
})

test('own tokens are explained too', async () => {
  const { decisions } = await explain(ann, 'Query.token()!.exists()')
  expect(decisions[0].reasons.at(-1)).toEqual({ kind: 'own token or credential', grants: true })
})

test('nothing of the query is kept', async () => {
  const { answer } = await explain(ann, 'Note.create({ owner: User("1") })\nNote.all().count()')
  expect(answer.body.data).toBe(2)
  expect(await a.data('Note.all().count()')).toBe(2)
})

test('the answer is that of the query itself', async () => {
  for (const query of [
    'Note.all().map(.id).toArray()',
    'Note("2").owner',
    'act()',
    'User.all().count()',
    '1 +',
    'Key.create({ role: "admin" })',
  ]) {
    const { answer } = await explain(ann, query)
    const plain = await a.ask(query, ann, { 'x-typecheck': 'true' })
    expect([answer.status, answer.body.data, answer.body.error]).toEqual([
      plain.status,
      plain.data,
      plain.error,
    ])
  }
})

describe('secrets that open nothing', () => {
  test.each([
    ['nonsense', 'it has not the form of a secret'],
    ['deleted', 'there is no token 6 in this database: it was deleted, has expired, or never was'],
    ['orphan', 'token 8 stands for User/99, which does not exist: it was deleted or has expired'],
    ['changed', 'there is a token 5, but this is not its secret'],
  ])('%s', async (what, because) => {
    const secrets: Record<string, () => Promise<string>> = {
      nonsense: async () => 'nonsense',
      deleted: () =>
        a.data('let t = Token.create({ id: 6, document: User("1") })\nlet s = t.secret\nt.delete()\ns'),
      orphan: () => a.data('Token.create({ id: 8, document: User("99") }).secret'),
      changed: async () => ann.slice(0, -6) + (ann.endsWith('AAAAAA') ? 'BBBBBB' : 'AAAAAA'),
    }
    const explained = await explain(await secrets[what]!(), '1')
    expect(explained.login).toEqual({ authenticated: false, because })
    expect(explained).not.toHaveProperty('answer')
  })
})

describe('is for admins, of the database itself or of one above', () => {
  test.each(['server', 'server-readonly', 'client'])('not for the role %s', async (role) => {
    const key = await a.data(`Key.create({ role: "${role}" }).secret`)
    expect((await a.call('POST', '/explain/1', key, { secret: ann, query: '1' })).status).toBe(403)
  })
  test('not for tokens, nor for nobody', async () => {
    expect((await a.call('POST', '/explain/1', ann, { secret: ann, query: '1' })).status).toBe(403)
    expect((await a.call('POST', '/explain/1', 'nobody', { secret: ann, query: '1' })).status).toBe(401)
  })
  test('an admin of a child learns nothing about the parent', async () => {
    const { login, decisions } = await explain(ann, 'Note.all().count()', child)
    expect([login.authenticated, decisions]).toEqual([false, []])
    expect((await explain(a.server.secret, '1', child)).login.authenticated).toBe(false)
  })
  test('an admin of the parent explains what happens in a child', async () => {
    expect((await explain(child, '1')).login).toMatchObject({ authenticated: true, builtInRole: 'admin' })
  })
})

test('as text', async () => {
  const reply = await a.call(
    'POST',
    '/explain/1',
    a.server.secret,
    { secret: ann, query: 'Note("2")!' },
    { accept: 'text/plain' },
  )
  expect(reply.headers.get('content-type')).toMatch('text/plain')
  expect(
    (await reply.text()).replace(/database \w+/, 'database DB'),
  ).toBe(`Authenticated as token 5, identity User/1, database DB.
Roles:
  + member: its membership predicate holds: it is true
        main.fsl:5:16: (u) => u.active
  - boss: its membership predicate does not hold: it is false
        main.fsl:19:16: .boss == true
  - other: its membership is on Note, not on User
  - broken: it has no membership

Decisions, in the order in which they were made:
  - read Note/2: denied (asked: member)
      member: its predicate does not hold: it is false
        main.fsl:9:18: (n) => n.owner == Query.identity()

Answer (400): null_value: Null value, due to permission denied
`)
})

test.each([[{}], [{ secret: 1, query: '1' }], [[]], ['x']])('a body such as %j is refused', async (body) => {
  expect((await a.call('POST', '/explain/1', a.server.secret, body)).status).toBe(400)
})
