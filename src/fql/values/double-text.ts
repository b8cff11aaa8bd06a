/**
 * A double as Java prints it (spec/language.md §2.9): at least one digit after the point, scientific notation below
 * 10⁻³ and from 10⁷ on. Digits are the shortest that read back as the same number, as JS has them.
 */
export function formatDouble(n: number): string {
  if (Number.isNaN(n)) return 'NaN'
  if (!Number.isFinite(n)) return n > 0 ? 'Infinity' : '-Infinity'
  if (n === 0) return Object.is(n, -0) ? '-0.0' : '0.0'
  const magnitude = Math.abs(n)
  return magnitude >= 1e-3 && magnitude < 1e7 ? plain(n) : scientific(n)
}

function plain(n: number): string {
  const text = String(n)
  return text.includes('.') ? text : `${text}.0`
}

function scientific(n: number): string {
  const shortest = n.toExponential()
  // The nearest of those with two digits: it differs from one digit and a zero for the smallest of all, 4.9E-324.
  const text = shortest.includes('.') ? shortest : n.toExponential(1)
  const [digits, exponent] = text.split('e') as [string, string]
  return `${digits}E${Number(exponent)}`
}

/** A whole number without point or exponent: the shortest digits that name it, followed by zeros. */
export function wholeDigits(n: number): string {
  const [mantissa = '', exponent] = n.toString().split('e+')
  if (exponent === undefined) return mantissa
  const [whole = '', fraction = ''] = mantissa.split('.')
  return whole + fraction.padEnd(Number(exponent), '0')
}
