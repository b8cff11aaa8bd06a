import { hash as argon2Hash } from '@node-rs/argon2'
import { hash as bcryptHash } from '@node-rs/bcrypt'
import { describe, expect, test } from 'vitest'
import { PasswordHasher, PasswordTooLong } from '#src/access/passwords/hasher.ts'
import { maxPasswordBytes, owaspParams } from '#src/access/passwords/params.ts'

const cheap = { memory: 64, passes: 1, lanes: 1 }
const hasher = new PasswordHasher({ params: cheap })

const right = { matches: true, needsUpgrade: false }
const wrong = { matches: false, needsUpgrade: false }
const outdated = { matches: true, needsUpgrade: true }

describe('hashing', () => {
  test('is argon2id in PHC form, salted', async () => {
    const a = await hasher.hash('pass')
    expect(a).toMatch(/^\$argon2id\$v=19\$m=64,t=1,p=1\$[\w+/]{22}\$[\w+/]{43}$/)
    expect(await hasher.hash('pass')).not.toBe(a)
    expect(a).not.toContain('pass')
  })

  test('takes the OWASP parameters unless told otherwise', async () => {
    const text = await new PasswordHasher().hash('x')
    expect(text).toContain(`$m=${owaspParams.memory},t=${owaspParams.passes},p=${owaspParams.lanes}$`)
  })

  test.each(['', ' ', 'ü€😀', '\u0000', 'a\u0000b', '\ud800', 'p'.repeat(100), 'p'.repeat(maxPasswordBytes)])(
    'takes any string (%#)',
    async (password) => {
      const stored = await hasher.hash(password)
      expect(await hasher.verify(password, stored)).toEqual(right)
      expect(await hasher.verify(`${password.slice(0, -1)}x`, stored)).toEqual(wrong)
    },
  )

  test('all bytes count, also behind the 72nd and behind a NUL', async () => {
    const stored = await hasher.hash(`${'p'.repeat(72)}\u0000tail`)
    expect(await hasher.verify(`${'p'.repeat(72)}\u0000toil`, stored)).toEqual(wrong)
  })

  test.each(['p'.repeat(maxPasswordBytes + 1), '€'.repeat(maxPasswordBytes / 3 + 1)])(
    'too long (%#)',
    async (password) => {
      await expect(hasher.hash(password)).rejects.toThrow(PasswordTooLong)
      expect(await hasher.verify(password, await hasher.hash(''))).toEqual(wrong)
    },
  )
})

describe('hashes from elsewhere', () => {
  test('bcrypt matches and wants an upgrade', async () => {
    for (const version of ['2a', '2b', '2y'] as const) {
      const stored = (await bcryptHash('pass', 5)).replace(/^\$2[a-z]\$/, `$${version}$`)
      expect(await hasher.verify('pass', stored)).toEqual(outdated)
      expect(await hasher.verify('Pass', stored)).toEqual(wrong)
    }
  })

  test('the published bcrypt vector', async () => {
    const stored = '$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW'
    expect(await hasher.verify('U*U', stored)).toEqual(outdated)
  })

  test('weaker argon2 wants an upgrade, stronger does not', async () => {
    const params = { memory: 128, passes: 2, lanes: 1 }
    const strong = new PasswordHasher({ params })
    const weak = await hasher.hash('pass')
    expect(await strong.verify('pass', weak)).toEqual(outdated)
    expect(await strong.verify('nope', weak)).toEqual(wrong)
    expect(await hasher.verify('pass', await strong.hash('pass'))).toEqual(right)
  })

  test('argon2i wants an upgrade', async () => {
    const stored = await argon2Hash('pass', { memoryCost: 64, timeCost: 1, algorithm: 1 })
    expect(stored).toContain('$argon2i$')
    expect(await hasher.verify('pass', stored)).toEqual(outdated)
  })

  test.each([
    '',
    'pass',
    '$2a$',
    '$2a$05$short',
    '$2b$16$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW',
    '$argon2id$',
    '$argon2id$v=19$m=64,t=1,p=1$c2FsdHNhbHQ$',
    '$argon2id$v=19$m=4194304,t=1,p=1$c2FsdHNhbHRzYWx0c2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
    '$argon2id$v=19$m=64,t=4000000,p=1$c2FsdHNhbHRzYWx0c2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
    '$scrypt$ln=16,r=8,p=1$c2FsdA$aGFzaA',
  ])('%j matches nothing', async (stored) => expect(await hasher.verify('pass', stored)).toEqual(wrong))
})
