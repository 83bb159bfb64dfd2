import { expect, test } from 'vitest'
import { characters, shortened } from './characters'

test.each([
  ['', 0],
  ['  two  words ', 9],
  ['👩‍👩‍👧', 1],
  ['e\u0301', 1],
])('%j has %i characters', (text, n) => {
  expect(characters(text)).toBe(n)
})

test.each([
  ['Pizza', 5, 'Pizza'],
  ['Pizza', 4, 'Piz…'],
  ['👩‍👩‍👧👩‍👩‍👧👩‍👩‍👧', 2, '👩‍👩‍👧…'],
  ['', 1, ''],
])('%j in %i characters is %j', (text, most, shown) => {
  expect(shortened(text, most)).toBe(shown)
})
