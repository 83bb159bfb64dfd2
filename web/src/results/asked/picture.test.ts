import { expect, test } from 'vitest'
import { fitted, wrap } from './picture'

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

test.each([
  ['Wins by 3.', 20, ['Wins by 3.']],
  ['Wins by 30 to 9', 20, ['Wins by 30', 'to 9']],
  ['Wins by 3 to 2 after 2 rounds', 14, ['Wins by 3 to 2', 'after 2 rounds']],
  ['one two three four five six seven', 12, ['one two three', 'four five six…']],
])('%j is written smaller before it is cut off', (text, size, lines) => {
  const written = fitted(text, 20, 2, (line, size) => line.length * size <= 200)
  expect(written).toEqual({ size, lines })
})
