import { expect, test } from 'vitest'
import type { Reveal, Round } from '../contract.gen'
import { samplePoll } from '../testing/samples'
import { rowsOf, rowsThatFit, sceneOf } from './scene'

const round = (number: number, tallies: Record<string, number>, more: Partial<Round> = {}): Round => ({
  number,
  threshold: 6,
  active: 10,
  tallies: Object.entries(tallies).map(([option, votes]) => ({ option, votes })),
  exhausted: [],
  elected: [],
  excluded: [],
  transfers: [],
  ...more,
})

const rounds = [
  round(1, { t: 4, r: 3, p: 2, d: 1 }, { excluded: ['d'], transfers: [{ from: 'd', to: 'r', votes: 1 }] }),
  round(2, { t: 4, r: 4, p: 2 }, { excluded: ['p'], transfers: [{ from: 'p', to: 'r', votes: 2 }] }),
  round(3, { t: 4, r: 6 }, { elected: ['r'] }),
]

const closed = (reveal: Partial<Reveal>) =>
  samplePoll({
    phase: 'closed',
    reveal: { revealed: false, step: 0, steps: 0, playing: false, speed: 1, ...reveal },
  })

test('before the first step the screen waits', () => {
  expect(sceneOf(closed({}), 0)).toEqual({ kind: 'waiting' })
})

test('a step of a count by rounds has the rounds so far, and the ties of the last one', () => {
  const tie = (stage: string) => ({ stage, tied: ['p', 'd'], rule: 'draw' as const, chosen: ['d'] })
  const shown = { rounds: rounds.slice(0, 2), ties: [tie('round 1 exclusion'), tie('round 2 exclusion')] }
  const poll = closed({ step: 2, shown })
  expect(sceneOf(poll, 2)).toEqual({ kind: 'rounds', rounds: shown.rounds, ties: [shown.ties[1]] })
  expect(sceneOf(poll, 1)).toEqual({ kind: 'rounds', rounds: [rounds[0]], ties: [shown.ties[0]] })
})

test('places are told from the last one up, and can be looked back at', () => {
  const order = [
    { option: 'r', place: 2, figure: 3 },
    { option: 'p', place: 3, figure: 2 },
  ]
  const poll = closed({ step: 2, shown: { order } })
  expect(sceneOf(poll, 2)).toEqual({ kind: 'places', order })
  expect(sceneOf(poll, 1)).toEqual({ kind: 'places', order: order.slice(1) })
})

test('duels are a step of their own', () => {
  const shown = { options: ['t', 'r'], matrix: [[0, 2], [1, 0]] } // biome-ignore format: a matrix
  expect(sceneOf(closed({ step: 1, shown }), 1)).toEqual({ kind: 'duels', ...shown })
})

test('a poll without a reveal shows its result at once', () => {
  const poll = samplePoll({
    phase: 'closed',
    results: {
      ballots: 1,
      official: { method: 'irv', seats: 1, winners: ['r'], order: [], ties: [] },
      others: { outcomes: [], smith: [] },
    },
  })
  expect(sceneOf(poll, 0)).toMatchObject({ kind: 'winner', outcome: { topic: 'Lunch' } })
})

test('options that went out keep their line, below those that are in', () => {
  expect(rowsOf(rounds)).toEqual([
    { option: 'r', votes: 6, gained: 2, state: 'elected', since: 3 },
    { option: 't', votes: 4, gained: 0, state: 'in' },
    { option: 'p', votes: 0, gained: 0, state: 'out', since: 2 },
    { option: 'd', votes: 0, gained: 0, state: 'out', since: 1 },
  ])
  expect(rowsOf(rounds.slice(0, 1)).at(-1)).toEqual({ option: 'd', votes: 1, gained: 0, state: 'leaving' })
})

test.each([
  [9, 'trpd'],
  [4, 'trpd'],
  [3, 'trd'],
  [2, 'td'],
  [1, 'd'],
])('where %d rows fit, those that leave are among them', (room, shown) => {
  const rows = rowsThatFit(rowsOf(rounds.slice(0, 1)), room)
  expect(rows.map(({ option }) => option).join('')).toBe(shown)
})
