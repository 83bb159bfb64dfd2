import { expect, test } from 'vitest'
import { characters } from './characters'

test.each([
  ['', 0],
  ['  two  words ', 9],
  ['👩‍👩‍👧', 1],
  ['e\u0301', 1],
])('%j has %i characters', (text, n) => {
  expect(characters(text)).toBe(n)
})
