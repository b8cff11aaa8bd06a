import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'

/** A self-signed certificate for `localhost`, 127.0.0.1 and ::1, and its key, in PEM: what a test server needs. */
export interface TestCertificate {
  readonly cert: string
  readonly key: string
}

const SEQUENCE = 0x30
const SET = 0x31
const DAY_MS = 24 * 60 * 60 * 1000

/** Node reads certificates but writes none, so here is the little of X.509 (RFC 5280) that it takes. */
export function makeCertificate(name = 'localhost'): TestCertificate {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const body = tbsCertificate(name, publicKey)
  const signature = sign('sha256', body, privateKey)
  const certificate = der(SEQUENCE, body, ECDSA_SHA256, bits(signature))
  return { cert: pem(certificate), key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() }
}

function tbsCertificate(name: string, publicKey: KeyObject): Buffer {
  const version = der(0xa0, der(0x02, Buffer.from([2])))
  const serial = der(0x02, Buffer.from([1]), randomBytes(8))
  const who = der(SEQUENCE, der(SET, der(SEQUENCE, COMMON_NAME, der(0x0c, Buffer.from(name)))))
  const validity = der(SEQUENCE, time(Date.now() - DAY_MS), time(Date.now() + DAY_MS))
  const spki = publicKey.export({ type: 'spki', format: 'der' })
  const extensions = der(0xa3, der(SEQUENCE, alternativeNames(name), CERTIFICATE_AUTHORITY))
  return der(SEQUENCE, version, serial, ECDSA_SHA256, who, validity, who, spki, extensions)
}

function alternativeNames(name: string): Buffer {
  const loopback6 = Buffer.alloc(16)
  loopback6[15] = 1
  const names = [der(0x82, Buffer.from(name)), der(0x87, Buffer.from([127, 0, 0, 1])), der(0x87, loopback6)]
  return der(SEQUENCE, oid('551d11'), der(0x04, der(SEQUENCE, ...names)))
}

const oid = (hex: string): Buffer => der(0x06, Buffer.from(hex, 'hex'))
const bits = (bytes: Buffer): Buffer => der(0x03, Buffer.from([0]), bytes)
const time = (ms: number): Buffer =>
  der(0x17, Buffer.from(new Date(ms).toISOString().replace(/^..|[-:T]|\....Z$/g, '')), Z)
const pem = (bytes: Buffer): string =>
  `-----BEGIN CERTIFICATE-----\n${bytes.toString('base64').replace(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`

const Z = Buffer.from('Z')
const ECDSA_SHA256 = der(SEQUENCE, oid('2a8648ce3d040302'))
const COMMON_NAME = oid('550403')
const TRUE = Buffer.from([0x01, 0x01, 0xff])
const CERTIFICATE_AUTHORITY = der(SEQUENCE, oid('551d13'), TRUE, der(0x04, der(SEQUENCE, TRUE)))

function der(tag: number, ...contents: readonly Buffer[]): Buffer {
  const content = Buffer.concat(contents)
  const n = content.length
  const length = n < 0x80 ? [n] : n < 0x100 ? [0x81, n] : [0x82, n >> 8, n & 0xff]
  return Buffer.concat([Buffer.from([tag, ...length]), content])
}
