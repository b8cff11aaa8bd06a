/**
 * JSON as it was written: unlike the result of `JSON.parse` it keeps the order of keys, repeated keys, the difference
 * between `1` and `1.0`, and integers beyond 2^53. The request side of the wire works on it.
 */
export type JsonValue = null | boolean | string | JsonNumber | JsonArray | JsonObject

/** `number`: an integer within ±(2^53 − 1). `bigint`: an integer beyond. `JsonDouble`: has a fraction or an exponent. */
export type JsonNumber = number | bigint | JsonDouble

type JsonArray = readonly JsonValue[]

/** A number written with a fraction or an exponent (`1.0`, `1e3`, `-0.0`). */
export class JsonDouble {
  readonly value: number

  constructor(value: number) {
    this.value = value
  }
}

/** An object: its keys and values in the order of the text, repeated keys included. */
export class JsonObject {
  readonly keys: readonly string[]
  readonly values: readonly JsonValue[]

  constructor(keys: readonly string[], values: readonly JsonValue[]) {
    this.keys = keys
    this.values = values
  }

  /** The value of the last field of that name; undefined when there is none. Linear: for a few known names only. */
  get(key: string): JsonValue | undefined {
    const i = this.keys.lastIndexOf(key)
    return i < 0 ? undefined : this.values[i]
  }
}
