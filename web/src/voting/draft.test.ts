import { expect, test } from 'vitest'
import { type Change, changeDraft, type Draft, newDraft } from './draft'

const places = 3
const tap = (id: string): Change => ({ type: 'toggle', id, places })
const empty: Draft = { ranking: [], past: [] }
const after = (...changes: Change[]) => changes.reduce(changeDraft, empty)

test('options are ranked in the order in which they are tapped', () => {
  expect(after(tap('c'), tap('a'), tap('b')).ranking).toEqual(['c', 'a', 'b'])
})

test('a second tap takes an option off, and the others move up', () => {
  expect(after(tap('c'), tap('a'), tap('b'), tap('c')).ranking).toEqual(['a', 'b'])
})

test('one tap more than there are places changes nothing', () => {
  const full = after(tap('a'), tap('b'), tap('c'))
  expect(changeDraft(full, tap('d'))).toBe(full)
})

test('every change can be undone, one at a time', () => {
  const undo: Change = { type: 'undo' }
  const changed = after(tap('a'), tap('b'), { type: 'move', from: 1, to: 0 }, tap('a'))
  expect(changed.ranking).toEqual(['b'])
  const back = [1, 2, 3, 4].map(n => Array<Change>(n).fill(undo).reduce(changeDraft, changed).ranking)
  expect(back).toEqual([['b', 'a'], ['a', 'b'], ['a'], []])
  expect(changeDraft(empty, undo)).toBe(empty)
})

test.each([
  [0, 2, ['b', 'c', 'a']],
  [2, 0, ['c', 'a', 'b']],
  [0, 1, ['b', 'a', 'c']],
])('moving %i to %i', (from, to, ranking) => {
  expect(after(tap('a'), tap('b'), tap('c'), { type: 'move', from, to }).ranking).toEqual(ranking)
})

test.each([
  [0, 0],
  [0, 3],
  [0, -1],
  [3, 0],
])('moving %i to %i does nothing', (from, to) => {
  const full = after(tap('a'), tap('b'), tap('c'))
  expect(changeDraft(full, { type: 'move', from, to })).toBe(full)
})

test('a draft keeps of an earlier one what can still be ranked', () => {
  const known = (id: string) => id !== 'gone'
  expect(newDraft(['gone', 'b', 'a', 'b', 'c', 'd'], known, 3)).toEqual({
    ranking: ['b', 'a', 'c'],
    past: [],
  })
})
