import { TypeGrammar } from './type-grammar.ts'

/** Patterns of `match`. They are checked for their form only: `match` is never evaluated (spec/language.md §1.5). */
export abstract class PatternGrammar extends TypeGrammar {
  /** Reads a pattern, which must stand here, and what blanks follow. */
  protected pattern(): void {
    if (!this.optionalPattern()) this.fail()
  }

  private optionalPattern(): boolean {
    this.enter()
    const found = this.literalPattern() || this.containerPattern() || this.bindingPattern()
    this.leave()
    this.nl()
    return found
  }

  private literalPattern(): boolean {
    const literal =
      this.word('null') ??
      this.word('true') ??
      this.word('false') ??
      this.integer() ??
      this.plainString("'") ??
      this.plainString('"')
    return literal !== undefined
  }

  private containerPattern(): boolean {
    if (this.open('[')) return this.patternList(']', () => this.elementPattern())
    if (this.open('(')) return this.patternList(')', () => this.optionalPattern())
    return this.open('{') && this.patternList('}', () => this.fieldPattern())
  }

  private patternList(close: string, element: () => boolean): true {
    while (element() && this.comma()) {}
    this.close(close)
    return true
  }

  private elementPattern(): boolean {
    if (!this.open('...')) return this.optionalPattern()
    this.pattern()
    return true
  }

  private fieldPattern(): boolean {
    const quoted = this.plainString("'") ?? this.plainString('"')
    if (quoted === undefined && this.name() === undefined) return false
    this.ws()
    if (quoted !== undefined) this.require(':')
    if (quoted !== undefined || this.open(':')) this.pattern()
    this.nl()
    return true
  }

  /** `name`, `name: Type`, `name @ pattern`; `_` for the name. */
  private bindingPattern(): boolean {
    if (this.name() === undefined) return false
    this.nl()
    if (this.open(':')) this.type()
    else if (this.open('@')) this.pattern()
    return true
  }
}
