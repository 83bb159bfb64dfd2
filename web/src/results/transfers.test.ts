import { expect, test } from 'vitest'
import type { Round } from '../contract.gen'
import { transfersOf } from './transfers'

const round = (
  number: number,
  tallies: Record<string, number>,
  lost: number,
  more: Partial<Round> = {},
): Round => ({
  number,
  threshold: 0,
  active: 0,
  tallies: Object.entries(tallies).map(([option, votes]) => ({ option, votes })),
  exhausted: lost > 0 ? [{ cause: 'exhausted', votes: lost }] : [],
  elected: [],
  excluded: [],
  transfers: [],
  ...more,
})

test('votes stay, move on, or end with nobody; none are lost', () => {
  const { stations, ways } = transfersOf([
    round(1, { a: 3, b: 2, c: 2 }, 1, {
      transfers: [
        { from: 'c', to: 'b', votes: 1 },
        { from: 'c', to: '', votes: 1 },
      ],
    }),
    round(2, { a: 3, b: 3 }, 2),
  ])
  expect(ways).toEqual([
    { source: '0 c', target: '1 b', value: 1 },
    { source: '0 c', target: '1 ', value: 1 },
    { source: '0 a', target: '1 a', value: 3 },
    { source: '0 b', target: '1 b', value: 2 },
    { source: '0 ', target: '1 ', value: 1 },
  ])
  for (const { id, round, votes } of stations) {
    const sum = (end: 'source' | 'target') =>
      ways.filter(way => way[end] === id).reduce((total, { value }) => total + value, 0)
    expect(sum(round === 0 ? 'source' : 'target')).toBe(votes)
  }
})

test('a surplus leaves its owner the quota', () => {
  const { ways } = transfersOf([
    round(1, { a: 5, b: 1 }, 0, { surplus: 'a', transfers: [{ from: 'a', to: 'b', votes: 1.5 }] }),
    round(2, { a: 3.5, b: 2.5 }, 0),
  ])
  expect(ways).toContainEqual({ source: '0 a', target: '1 a', value: 3.5 })
})

test('an option without a vote has no place in the picture', () => {
  expect(transfersOf([round(1, { a: 1, b: 0 }, 0), round(2, { a: 1 }, 0)])).toEqual({
    stations: [
      { id: '0 a', round: 0, option: 'a', votes: 1 },
      { id: '1 a', round: 1, option: 'a', votes: 1 },
    ],
    ways: [{ source: '0 a', target: '1 a', value: 1 }],
  })
})
