import { describe, expect, test } from 'vitest'
import { type Change, changeDraft, type Draft, marksOf, newDraft, ranksOf } from './draft'

const places = 3
const tap = (id: string): Change => ({ type: 'toggle', id, places })
const empty: Draft = { ranking: [], tied: [], rest: false, past: [] }
const tie = (id: string): Change => ({ type: 'tie', id, places })
const move = (from: number, to: number): Change => ({ type: 'move', from, to, places })
const drafted = (...changes: Change[]) => changes.reduce(changeDraft, empty)

test('options are ranked in the order in which they are tapped', () => {
  expect(drafted(tap('c'), tap('a'), tap('b')).ranking).toEqual(['c', 'a', 'b'])
})

test('a second tap takes an option off, and the others move up', () => {
  expect(drafted(tap('c'), tap('a'), tap('b'), tap('c')).ranking).toEqual(['a', 'b'])
})

test('one tap more than there are places changes nothing', () => {
  const full = drafted(tap('a'), tap('b'), tap('c'))
  expect(changeDraft(full, tap('d'))).toBe(full)
})

test('every change can be undone, one at a time', () => {
  const undo: Change = { type: 'undo' }
  const changed = drafted(tap('a'), tap('b'), move(1, 0), tap('a'))
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
  expect(drafted(tap('a'), tap('b'), tap('c'), move(from, to)).ranking).toEqual(ranking)
})

test.each([
  [0, 0],
  [0, 3],
  [0, -1],
  [3, 0],
])('moving %i to %i does nothing', (from, to) => {
  const full = drafted(tap('a'), tap('b'), tap('c'))
  expect(changeDraft(full, move(from, to))).toBe(full)
})

test('a draft keeps of an earlier one what can still be ranked', () => {
  const known = (id: string) => id !== 'gone'
  const earlier = { ranking: ['gone', 'b', 'a', 'b', 'c', 'd'], tied: ['b'], rest: true }
  expect(newDraft(earlier, known, 3)).toEqual({ ranking: ['b', 'a', 'c'], tied: [], rest: true, past: [] })
})

describe('options that share a place', () => {
  test('make room for others, and part again', () => {
    const shared = drafted(tap('a'), tap('b'), tap('c'), tie('b'), tap('d'))
    expect(shared.ranking).toEqual(['a', 'b', 'c', 'd'])
    expect(ranksOf(shared)).toEqual([1, 1, 2, 3])
    expect(changeDraft(shared, tie('b'))).toBe(shared) // there is no fourth place
    expect(ranksOf(changeDraft(drafted(tap('a'), tap('b'), tie('b')), tie('b')))).toEqual([1, 2])
  })

  test('keep sharing it when the first of them goes', () => {
    const shared = drafted(tap('a'), tap('b'), tap('c'), tie('b'), tie('c'))
    expect(ranksOf(changeDraft(shared, tap('a')))).toEqual([1, 1])
    const moved = changeDraft(shared, move(0, 2))
    expect([moved.ranking, ranksOf(moved)]).toEqual([
      ['b', 'c', 'a'],
      [1, 1, 2],
    ])
  })

  test('take in whatever is put between them', () => {
    const moved = drafted(tap('a'), tap('b'), tap('c'), tie('b'), move(2, 1))
    expect([moved.ranking, ranksOf(moved)]).toEqual([
      ['a', 'c', 'b'],
      [1, 1, 1],
    ])
  })

  test('come back from a ballot, whose last place may be the rest', () => {
    expect(marksOf(['a', 'b', 'c', 'd'], [1, 1, 2, 3], 2)).toEqual({
      ranking: ['a', 'b', 'c'],
      tied: ['b'],
      rest: true,
    })
    expect(marksOf(['a', 'b'], undefined, 2)).toEqual({ ranking: ['a', 'b'], tied: [], rest: false })
  })

  test('and the rest are undone like every change', () => {
    const undo: Change = { type: 'undo' }
    const changed = drafted(tap('a'), tap('b'), tie('b'), { type: 'rest' })
    expect(changed.rest).toBe(true)
    expect(changeDraft(changed, undo).rest).toBe(false)
    expect(changeDraft(changeDraft(changed, undo), undo).tied).toEqual([])
  })
})
