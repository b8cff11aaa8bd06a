import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Presented, parseAuthorization } from '#src/access/secrets/authorization.ts'

const base64 = (text: string) => Buffer.from(text).toString('base64')

function summary(presented: Presented): string {
  if (presented.kind === 'none') return 'none'
  if (presented.kind === 'jwt') return `jwt ${presented.token.reveal()}`
  return `secret ${presented.secret.reveal()}${presented.scope ? ` ${presented.scope.kind}` : ''}`
}

describe('Authorization', () => {
  test.each<[string | undefined, string]>([
    [undefined, 'none'],
    ['', 'none'],
    ['Bearer', 'none'],
    ['Bearer ', 'none'],
    ['bearer S', 'none'],
    ['BASIC Uw==', 'none'],
    ['Digest S', 'none'],
    ['BearerS', 'none'],
    ['Token S', 'none'],
    ['S', 'none'],
    ['Bearer S', 'secret S'],
    ['Bearer \t  S', 'secret S'],
    ['Bearer S:admin', 'secret S builtin'],
    ['Bearer S:serverless', 'none'],
    ['Bearer S:child', 'secret S'],
    ['Bearer ey.a.b', 'jwt ey.a.b'],
    ['Bearer ey.', 'jwt ey.'],
    ['Bearer eyes', 'secret eyes'],
    ['Bearer ey.a.b:admin', 'jwt ey.a.b:admin'],
    ['Bearer a.b.c', 'secret a.b.c'],
    [`Basic ${base64('S')}`, 'secret S'],
    [`Basic ${base64('S:')}`, 'secret S'],
    [`Basic ${base64(' S: ')}`, 'secret S'],
    [`Basic ${base64('S:')}:`, 'secret S'],
    [`Basic ${base64('S:admin')}`, 'secret S builtin'],
    [`Basic ${base64('S:admin:')}`, 'secret S builtin'],
    [`Basic ${base64('S:password')}`, 'secret S'],
    [`Basic ${base64('ey.a.b')}`, 'secret ey.a.b'],
    [`Basic ${base64('S').replace(/=+$/, '')}`, 'secret S'],
    ['Basic Uw=', 'none'],
    ['Basic Uw===', 'none'],
    ['Basic U', 'none'],
    ['Basic U*==', 'none'],
    ['Basic U-_w', 'none'],
    ['Basic', 'none'],
    ['Basic ::', 'none'],
    [`Basic ${base64(':')}`, 'none'],
  ])('%j is %s', (header, expected) => expect(summary(parseAuthorization(header))).toBe(expected))

  test('never throws', () => {
    const scheme = fc.constantFrom('Bearer ', 'Basic ', '')
    const value = fc.oneof(fc.string({ unit: 'binary' }), fc.base64String())
    fc.assert(fc.property(scheme, value, (s, v) => void parseAuthorization(s + v)))
  })
})
