import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { PatternFault } from './cursor.ts'
import { Matcher, MatchTooExpensive } from './matcher.ts'
import { compilePattern } from './program.ts'

const all = (pattern: string, text: string): string[] =>
  new Matcher(compilePattern(pattern), text).findAll().map(([start, end]) => text.slice(start, end))

describe('matches', () => {
  it.each<[pattern: string, text: string, found: string[]]>([
    ['w\\d+', 'w1 w22 w', ['w1', 'w22']],
    ['x*', 'ab', ['', '', '']],
    ['.', 'a😍', ['a', '😍']],
    ['.', 'a\n\r\u2028b', ['a', 'b']],
    ['(?s).', 'a\n', ['a', '\n']],
    ['\\w+', 'café', ['caf']],
    ['(?i)é', 'É', []],
    ['(?iu)é', 'É', ['É']],
    ['(?i)b$', 'aB', ['B']],
    ['(?i:a)b', 'Ab AB', ['Ab']],
    ['a(?i)b|c', 'aB C c', ['aB', 'C', 'c']],
    ['$', 'ab\n', ['', '']],
    ['a$', 'a\r\n', ['a']],
    ['a\\z', 'a\n', []],
    ['(?m)^.', 'ab\ncd\r\nef\n', ['a', 'c', 'e']],
    ['(?m).$', 'ab\ncd', ['b', 'd']],
    ['(?m)^', '', []],
    ['a|ab', 'ab', ['a']],
    ['a+?', 'aa', ['a', 'a']],
    ['a*?b', 'aab', ['aab']],
    ['a{2}', 'aaaaa', ['aa', 'aa']],
    ['a{2,}', 'a aaa', ['aaa']],
    ['(ab){1,2}', 'ababab', ['abab', 'ab']],
    ['(?:ab|a)*c', 'abaabc', ['abaabc']],
    ['(|a)*', 'a', ['', '']],
    ['(a*)*', 'aab', ['aa', '', '']],
    ['(a*)+b', 'aab', ['aab']],
    ['a++a', 'aaa', []],
    ['(?>a|ab)c', 'abc', []],
    ['(?:ab)++a', 'ababa', ['ababa']],
    ['foo(?=bar)', 'foobar foox', ['foo']],
    ['foo(?!bar)', 'foobar foox', ['foo']],
    ['(?<=\\$)\\d+', '$12 34', ['12']],
    ['(?<!\\$)\\b\\d+', '$12 34', ['34']],
    ['(?<=a{1,3})b', 'aab', ['b']],
    ['(.)\\1', 'abba', ['bb']],
    ['(?<x>a+)-\\k<x>', 'aa-aa a-b', ['aa-aa']],
    ['(?i)(a)\\1', 'aA', ['aA']],
    ['(a)\\10', 'aa0', ['aa0']],
    ['[a-c&&[^b]]+', 'abc', ['a', 'c']],
    ['[^a-c]', 'abcd', ['d']],
    ['[a[x-z]]+', 'axz', ['axz']],
    ['[]a]+', ']a', [']a']],
    ['[a-]+', 'a-', ['a-']],
    ['[\\d\\-]+', '1-2', ['1-2']],
    ['[a&b]+', 'a&b', ['a&b']],
    ['[^&&a]', 'ab', ['b']],
    ['(?i)[b-d]+', 'aBCDe', ['BCD']],
    ['\\p{L}+', 'aé1', ['aé']],
    ['\\P{L}', 'a1', ['1']],
    ['\\pL', '1a', ['a']],
    ['\\p{Lower}+', 'aéB', ['a']],
    ['\\p{IsLatin}+', 'aя', ['a']],
    ['\\p{script=Cyrillic}', 'aя', ['я']],
    ['\\p{InGreek}', 'aλ', ['λ']],
    ['\\p{IsAlphabetic}', '1a', ['a']],
    ['\\p{javaUpperCase}', 'aB', ['B']],
    ['\\Qa.b\\E+', 'a.bb', ['a.bb']],
    ['\\Q(\\E', '(', ['(']],
    ['\\x41\\u0042\\x{43}\\0104', 'ABCD', ['ABCD']],
    ['\\cA\\t\\e', '\x01\t\x1b', ['\x01\t\x1b']],
    ['(?x) a b # c\n c', 'abc', ['abc']],
    ['\\R', 'a\r\nb\nc', ['\r\n', '\n']],
    ['\\h\\v', ' \n', [' \n']],
    ['\\bfoo\\b', 'foo foobar', ['foo']],
    ['\\Bo', 'foo', ['o', 'o']],
    ['😍+', 'a😍😍', ['😍😍']],
    ['[😍😎]', '😎', ['😎']],
    ['.*b', 'a😍b😍', ['a😍b']],
    ['\\G\\d', '12a3', ['1', '2']],
    ['a]}', 'a]}', ['a]}']],
    ['.+?,', 'a,b,', ['a,', 'b,']],
    ['(a|b)*?c', 'abc', ['abc']],
    ['(?=(a+))a*b\\1', 'baaabac', ['aba']],
  ])('%s in %j', (pattern, text, found) => {
    expect(all(pattern, text)).toEqual(found)
  })
})

describe('faults', () => {
  it.each<[pattern: string, description: string, index: number]>([
    ['+', "Dangling meta character '+'", 0],
    ['*a', "Dangling meta character '*'", 0],
    ['a**', "Dangling meta character '*'", 2],
    ['(', 'Unclosed group', 1],
    ['(a', 'Unclosed group', 2],
    ['a)', "Unmatched closing ')'", 0],
    ['[', 'Unclosed character class', 0],
    ['[z-a]', 'Illegal character range', 3],
    ['a{2', 'Unclosed counted closure', 3],
    ['a{2,1}', 'Illegal repetition range', 5],
    ['x{', 'Illegal repetition', 2],
    ['(?z)', 'Unknown inline modifier', 2],
    ['\\p{Foo}', 'Unknown character property name {Foo}', 6],
    ['\\k<x>', 'named capturing group <x> does not exist', 4],
    ['\\y', 'Illegal/unsupported escape sequence', 1],
    ['\\', 'Unescaped trailing backslash', 1],
    ['(?<a>x)(?<a>y)', 'Named capturing group <a> is already defined', 11],
    ['(?<=a*)b', 'Look-behind group does not have an obvious maximum length', 5],
  ])('%s', (pattern, description, index) => {
    expect(() => compilePattern(pattern)).toThrow(expect.objectContaining({ description, index }))
  })

  it('never crashes on random patterns', () => {
    const pieces = fc.constantFrom(...'ab()[]{}*+?|\\^$.-&,123<>=!:piQEkx', '(?', '\\p{', '[^', '&&')
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 12 }), fc.string({ maxLength: 8 }), (parts, text) => {
        try {
          new Matcher(compilePattern(parts.join('')), text).findAll()
        } catch (e) {
          if (!(e instanceof PatternFault)) throw e
        }
      }),
      { numRuns: 3000 },
    )
  })
})

it('finds what the engine of JS finds', () => {
  const atom = fc.constantFrom('a', 'b', '[ab]', '.', '(?:a|b)', '(?:ab|a)', '(?:a*b)', '(?:a?)', '(?:b+?)')
  const quantifier = fc.constantFrom('', '', '*', '+', '?', '*?', '+?', '{2}', '{1,2}', '{0,2}?')
  const place = fc.constantFrom('', '', '', '^', '$', '\\b', '(?=a)', '(?!b)', '(?<=a)', '(?<!b)', '|')
  const part = fc.tuple(place, atom, quantifier).map((t) => t.join(''))
  const text = fc.string({ unit: fc.constantFrom('a', 'b', 'c', ' '), maxLength: 12 })
  fc.assert(
    fc.property(fc.array(part, { minLength: 1, maxLength: 5 }), text, (parts, s) => {
      const pattern = parts.join('')
      expect(all(pattern, s)).toEqual(Array.from(s.matchAll(new RegExp(pattern, 'g')), (m) => m[0]))
    }),
    { numRuns: 3000 },
  )
})

describe('cost', () => {
  const many = 'a'.repeat(50_000)
  it.each([
    ['(a*)*b', many],
    ['(a|a)*b', many],
    ['(a+)+b', many],
    ['a*b', many],
    ['a*?b', many],
    ['\\s+$', `${' '.repeat(50_000)}x`],
    ['.*.*.*=', many],
    ['(.*a){10}b', many],
  ])('%s stays linear', (pattern, text) => {
    expect(all(pattern, text)).toEqual([])
  })

  it('gives up where nothing helps', () => {
    expect(() => all('(a*)\\1\\1b', 'a'.repeat(5000))).toThrow(MatchTooExpensive)
  })

  it('reads deep nesting without a stack overflow', () => {
    expect(() => compilePattern('('.repeat(100_000))).toThrow(PatternFault)
    expect(() => compilePattern('['.repeat(100_000))).toThrow(PatternFault)
    expect(all('(?:){2147483647}a', 'a')).toEqual(['a'])
  })
})
