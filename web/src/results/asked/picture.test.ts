import { expect, test } from 'vitest'
import { wrap } from './picture'

const fits = (line: string) => [...line].length <= 8

test.each([
  ['', 2, ['']],
  ['Ramen', 2, ['Ramen']],
  ['Ramen and Tacos', 3, ['Ramen', 'and', 'Tacos']],
  ['a b c d e f', 2, ['a b c d', 'e f']],
  ['abcdefghijk', 2, ['abcdefgh', 'ijk']],
  ['one two three four', 2, ['one two', 'three…']],
  ['🦊🦊🦊🦊🦊🦊🦊🦊🦊', 1, ['🦊🦊🦊🦊🦊🦊🦊…']],
])('%j on %d lines', (text, most, lines) => {
  expect(wrap(text, most, fits)).toEqual(lines)
})
