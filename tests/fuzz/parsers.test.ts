/** Whatever the text, the parsers answer a tree or diagnostics that can be rendered, in time; what is printed reads back. */
import type { Diagnostic } from '#src/fql/errors/diagnostic.ts'
import { renderAll } from '#src/fql/errors/render.ts'
import { parseExpr, parseLambda, parsePath, parseQuery } from '#src/fql/syntax/parser.ts'
import { printExpr, printType } from '#src/fql/syntax/print.ts'
import { parseType, parseTypeScheme } from '#src/fql/syntax/type-parser.ts'
import { parseFsl } from '#src/schema/fsl/parse.ts'
import { hunt } from './hunt.ts'
import { caseTexts, randomText } from './texts.ts'

/** A place is inside the text, or the one behind its end. */
function checkDiagnostics(errors: readonly Diagnostic[], text: string): undefined {
  if (errors.length === 0) throw new Error('refused without a reason')
  for (const { span } of errors)
    if (!(0 <= span.start && span.start <= span.end && span.end <= span.source.text.length + 1))
      throw new Error(`span ${span.start}–${span.end} of ${text.length} characters`)
  renderAll(errors)
}

const source = (text: string) => ({ name: '*fuzz*', text })

/** Printing and reading again changes nothing more. */
function checkPrinted(printed: string, again: { readonly ok: boolean }, printedAgain: () => string): void {
  if (!again.ok) throw new Error(`printed form does not parse: ${printed}`)
  if (printedAgain() !== printed) throw new Error(`${printed}\nprinted again:\n${printedAgain()}`)
}

function checkQuery(text: string): undefined {
  for (const template of [false, true]) {
    const parsed = parseQuery(source(text), { template })
    if (!parsed.ok) checkDiagnostics(parsed.errors, text)
  }
  for (const parse of [parseLambda, parsePath]) {
    const parsed = parse(source(text))
    if (!parsed.ok) checkDiagnostics(parsed.errors, text)
  }
  const parsed = parseExpr(source(text), { short: true })
  if (!parsed.ok) return checkDiagnostics(parsed.errors, text)
  const printed = printExpr(parsed.value)
  const again = parseExpr(source(printed), { short: true })
  checkPrinted(printed, again, () => (again.ok ? printExpr(again.value) : ''))
}

function checkType(text: string): undefined {
  const scheme = parseTypeScheme(source(text))
  if (!scheme.ok) checkDiagnostics(scheme.errors, text)
  const parsed = parseType(source(text))
  if (!parsed.ok) return checkDiagnostics(parsed.errors, text)
  const printed = printType(parsed.value)
  const again = parseType(source(printed))
  checkPrinted(printed, again, () => (again.ok ? printType(again.value) : ''))
}

function checkFsl(text: string): void {
  const parsed = parseFsl(source(text))
  if (!parsed.ok) checkDiagnostics(parsed.errors, text)
}

const queries = caseTexts('query')
const fsl = caseTexts('fsl')
const types = [
  'String | Number | Null',
  '{ a: Int, b?: Array<String>, *: Any }',
  '(Int, ...String) => [Int, "x", 1]',
  '<A, B> (A => B | Null, Set<{ data: A }>) => Ref<A> & Module<B>',
  '((x: Int?) => Any) | { "a b": [] }',
]

hunt({
  target: 'query-parser',
  inputs: 3000,
  share: 0.15,
  make: (random) => randomText(random, queries),
  check: checkQuery,
})
hunt({
  target: 'type-parser',
  inputs: 3000,
  share: 0.1,
  make: (random) => randomText(random, types),
  check: checkType,
})
hunt({
  target: 'fsl-parser',
  inputs: 2000,
  share: 0.15,
  make: (random) => randomText(random, fsl),
  check: checkFsl,
})
