import { PLACEHOLDER } from './grammar.ts'
import { printString } from './print.ts'

/** A query as it comes over the wire (spec/protocol.md §3.3): text, or parts of text, values and queries. */
export type Template<V> =
  | string
  | { readonly kind: 'fql'; readonly parts: readonly Template<V>[] }
  | { readonly kind: 'value'; readonly value: V }
  | { readonly kind: 'array'; readonly items: readonly Template<V>[] }
  | { readonly kind: 'object'; readonly keys: readonly string[]; readonly items: readonly Template<V>[] }

/** How values are put together: an array or object with nothing but values in it is one value. */
export interface Compose<V> {
  array(items: readonly V[]): V
  object(keys: readonly string[], items: readonly V[]): V
}

interface TemplateValue<V> {
  readonly value: V
  /** Where its placeholder stands in the text. */
  readonly start: number
}

/** The query of a template: its text, with placeholders, and the values of `$0`, `$1`, … in order. */
export interface TemplateQuery<V> {
  /** For `parseQuery` with `template: true`. */
  readonly text: string
  readonly values: readonly TemplateValue<V>[]
}

/** Joins the parts of a template. There must be no NUL in the text of parts: it begins placeholders. */
export const joinTemplate = <V>(template: Template<V>, compose: Compose<V>): TemplateQuery<V> => {
  if (typeof template === 'string') return { text: template, values: [] }
  const writer = new TemplateWriter(compose)
  writer.write(template, false)
  return writer.result()
}

class TemplateWriter<V> {
  private readonly compose: Compose<V>
  private readonly texts: string[] = []
  private length = 0
  private readonly values: TemplateValue<V>[] = []

  constructor(compose: Compose<V>) {
    this.compose = compose
  }

  result(): TemplateQuery<V> {
    return { text: this.texts.join(''), values: this.values }
  }

  /**
   * Appends `t`; code that stands `inside` an array or object goes in parentheses. Says whether it was all values.
   */
  write(t: Template<V>, inside: boolean): boolean {
    if (typeof t === 'string') return this.code(inside, () => this.append(t))
    switch (t.kind) {
      case 'fql':
        return this.code(inside, () => {
          for (const part of t.parts) this.write(part, false)
        })
      case 'value':
        this.placeholder(t.value)
        return true
      case 'array':
        return this.array(t.items)
      case 'object':
        return this.object(t.keys, t.items)
    }
  }

  private code(inside: boolean, write: () => void): false {
    if (inside) this.append('(')
    write()
    if (inside) this.append(')')
    return false
  }

  private placeholder(value: V): void {
    this.values.push({ value, start: this.length })
    this.append(PLACEHOLDER)
  }

  private array(items: readonly Template<V>[]): boolean {
    const mark = this.mark()
    this.append('[')
    const values = this.list(items, () => '')
    this.append(']')
    if (values) this.placeholder(this.compose.array(this.rewind(mark)))
    return values
  }

  private object(keys: readonly string[], items: readonly Template<V>[]): boolean {
    const mark = this.mark()
    this.append('{ ')
    const values = this.list(items, (i) => `${printString(keys[i]!)}: `)
    this.append(' }')
    if (values) this.placeholder(this.compose.object(keys, this.rewind(mark)))
    return values
  }

  /** Appends items with commas between, and before each its `label`. Says whether all are values. */
  private list(items: readonly Template<V>[], label: (i: number) => string): boolean {
    let values = true
    items.forEach((item, i) => {
      this.append((i > 0 ? ', ' : '') + label(i))
      values = this.write(item, true) && values
    })
    return values
  }

  private append(text: string): void {
    this.texts.push(text)
    this.length += text.length
  }

  private mark() {
    return { texts: this.texts.length, length: this.length, values: this.values.length }
  }

  /** Takes back what was written since `mark`; gives its values. */
  private rewind(mark: { texts: number; length: number; values: number }): V[] {
    this.texts.length = mark.texts
    this.length = mark.length
    return this.values.splice(mark.values).map((v) => v.value)
  }
}
