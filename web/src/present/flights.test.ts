import { expect, test } from 'vitest'
import type { Round } from '../contract.gen'
import { flightsOf } from './flights'

const round = (number: number, tallies: Record<string, number>, more: Partial<Round>): Round => ({
  number,
  threshold: 0,
  active: 0,
  tallies: Object.entries(tallies).map(([option, votes]) => ({ option, votes })),
  exhausted: [],
  elected: [],
  excluded: [],
  transfers: [],
  ...more,
})

const at = ({ row, votes }: { row: number; votes: number }) => ({ x: votes, y: row })

test('a paper flies for each vote, from where it was to where it goes', () => {
  const rounds = [
    round(1, { a: 3, b: 2, c: 2 }, {
      excluded: ['c'],
      transfers: [
        { from: 'c', to: 'b', votes: 1 },
        { from: 'c', to: '', votes: 1 },
      ],
    }),
    round(2, { a: 3, b: 3 }, {}),
  ] // biome-ignore format: one round after another
  expect(flightsOf(rounds, 10, at)).toEqual([{ from: { x: 2, y: 2 }, to: { x: 3, y: 1 } }])
})

test('thousands of votes are a few dozen papers', () => {
  const transfers = [
    { from: 'c', to: 'a', votes: 9_000 },
    { from: 'c', to: 'b', votes: 1_000 },
  ]
  const rounds = [
    round(1, { a: 20_000, b: 20_000, c: 10_000 }, { excluded: ['c'], transfers }),
    round(2, { a: 29_000, b: 21_000 }, {}),
  ]
  const flights = flightsOf(rounds, 10, at)
  expect(flights.length).toBeGreaterThan(40)
  expect(flights.length).toBeLessThan(52)
})

test('nothing flies into the first round', () => {
  expect(flightsOf([round(1, { a: 1 }, {})], 10, at)).toEqual([])
})

test('from and to options that have no line papers fly over the end of the chart', () => {
  const votes = { a: 5, b: 4, c: 3, d: 2, e: 1 }
  const { e: _, ...left } = votes
  const transfers = [{ from: 'e', to: 'd', votes: 1 }]
  const rounds = [round(1, votes, { excluded: ['e'], transfers }), round(2, left, {})]
  expect(flightsOf(rounds, 2, at)).toEqual([{ from: { x: 1, y: 1 }, to: { x: 0, y: 2 } }])
})
