import { expect, test } from 'vitest'
import { characters, fitting } from './characters'

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
  ['WWWWW', 7, 'WWW…'],
  ['👩‍👩‍👧👩‍👩‍👧👩‍👩‍👧', 5, '👩‍👩‍👧👩‍👩‍👧…'],
  ['Pizza', 1, '…'],
  ['Pizza', 0, '…'],
  ['', 0, ''],
])('as much of %j as fits into %i is %j', (text, room, shown) => {
  const wide = (text: string) =>
    [...new Intl.Segmenter().segment(text)].reduce(
      (n, { segment }) => n + ('W👩‍👩‍👧'.includes(segment) ? 2 : 1),
      0,
    )
  expect(fitting(text, text => wide(text) <= room)).toBe(shown)
})
