import { createHash } from 'node:crypto'
import type { DocValue } from './document.ts'
import type { LambdaValue, NativeFunctionValue } from './function.ts'
import type { ModuleValue } from './module.ts'
import { compareTexts } from './order.ts'
import type { CursorValue, SetValue } from './set.ts'
import { debugScalar } from './text.ts'
import { isArray, type Kind, kindOf, type ObjectValue, type Value } from './value.ts'

const IDENTITIES = new WeakMap<object, number>()
let lastIdentity = 0

/**
 * A text that two values share exactly when they are the same value of the same kind: for hashing. Kinds stay apart
 * (`1` and `1.0`), except Int and Long; sets and functions are the same when they are made of the same.
 */
export function valueKey(v: Value): string {
  const kind = kindOf(v)
  switch (kind) {
    case 'string':
      return JSON.stringify(v)
    case 'int':
    case 'long':
    case 'boolean':
    case 'null':
      return kind === 'null' ? kind : String(v)
    case 'array':
    case 'object':
      return containerKey(v as readonly Value[] | ObjectValue)
    case 'doc':
      return documentKey(v as DocValue)
    case 'module':
      return `module ${(v as ModuleValue).name}`
    case 'set':
      return setKey(v as SetValue)
    case 'cursor':
      return `cursor ${(v as CursorValue).pageSize} ${setKey((v as CursorValue).set)}`
    case 'lambda':
      return `lambda ${identityOf((v as LambdaValue).code.expr)} ${valueKey((v as LambdaValue).captured)}`
    case 'native-function':
      return `function ${identityOf((v as NativeFunctionValue).definition)} ${valueKey((v as NativeFunctionValue).self)}`
    default:
      return isScalar(kind) ? `${kind} ${debugScalar(v)}` : `object ${identityOf(v as object)}`
  }
}

/** Longer keys are hashed. */
const MAX_KEY_LENGTH = 256
/** Keys of containers that are large: values share their parts, each of which is to be looked at once. */
const LARGE = new WeakMap<object, string>()

function containerKey(v: readonly Value[] | ObjectValue): string {
  const known = LARGE.get(v)
  if (known !== undefined) return known
  const key = isArray(v) ? `[${v.map(valueKey).join()}]` : `{${objectKey(v)}}`
  if (key.length <= MAX_KEY_LENGTH) return key
  const short = `hash ${createHash('sha256').update(key).digest('base64')}`
  LARGE.set(v, short)
  return short
}

const isScalar = (kind: Kind): boolean =>
  ['double', 'id', 'time', 'date', 'uuid', 'bytes', 'transaction-time'].includes(kind)

const objectKey = (v: ObjectValue): string =>
  [...v.fields]
    .sort((a, b) => compareTexts(a[0], b[0]))
    .map(([k, x]) => `${JSON.stringify(k)}:${valueKey(x)}`)
    .join()

const setKey = (set: SetValue): string =>
  `set ${set.shape} [${set.parts().map((p) => (p === undefined ? '' : valueKey(p)))}]`

const documentKey = (doc: DocValue): string =>
  `doc ${doc.collection.collection?.id} ${typeof doc.key === 'string' ? JSON.stringify(doc.key) : doc.key}`

function identityOf(v: object): number {
  let id = IDENTITIES.get(v)
  if (id === undefined) {
    id = ++lastIdentity
    IDENTITIES.set(v, id)
  }
  return id
}
