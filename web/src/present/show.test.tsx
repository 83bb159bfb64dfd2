import { readFileSync } from 'node:fs'
import { act, screen } from '@testing-library/react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { withPresent } from '../i18n/parts'
import { render } from '../testing/render'

const { Show } = await withPresent(async () => {
  await import('./winner-screen')
  return import('./show')
})()
const election = (kind: string) => JSON.parse(readFileSync(`gallery/elections/${kind}.json`, 'utf8'))
const { poll, whole } = election('duels')

let answers: (() => Response | Promise<Response>)[]
beforeEach(() => {
  answers = []
  vi.stubGlobal(
    'ResizeObserver',
    class {
      observe() {}
      disconnect() {}
    },
  )
  vi.stubGlobal('fetch', async (path: string) =>
    path === '/site'
      ? new Response('{"url": "https://polls.example/"}')
      : (answers.shift() ?? (() => new Response(JSON.stringify(whole))))(),
  )
  vi.useFakeTimers()
})
afterEach(() => vi.useRealTimers())

const late = 'The details of this result have not arrived yet. This screen keeps asking for them.'

/** Opens the screen, and lets what has come be seen. */
async function open() {
  render(<Show poll={poll} />)
  await act(async () => vi.advanceTimersByTimeAsync(0))
}

test.each([
  ['duels', 'region', 'Duels'],
  ['places', 'table', 'Points'],
  ['runoff', 'img', /The way of all votes/],
])(
  'the winner of %s comes with its picture, though the details are still to come',
  async (kind, role, name) => {
    answers = [() => new Promise(() => {})]
    const { poll, whole } = election(kind)
    const { matrix, options, order, rounds, ties } = whole.results.official
    const shown = rounds ? { rounds, ties } : matrix ? { matrix, options } : { order: order.slice(1) }
    const { results: _, ...hidden } = poll
    const reveal = { ...poll.reveal, revealed: false, step: 1, shown }
    const { rerender } = render(<Show poll={{ ...hidden, reveal }} />)
    await act(async () => vi.advanceTimersByTimeAsync(0))
    rerender(<Show poll={poll} />)
    expect(screen.getByRole('region', { name: 'The winner is' })).toBeTruthy()
    expect(screen.getByRole(role, { name })).toBeTruthy()
  },
)

test('a screen shows the picture of the count, and no word of waiting', async () => {
  await open()
  expect(screen.getByRole('region', { name: 'Duels' })).toBeTruthy()
  expect(screen.queryByText(late)).toBeNull()
})

test.each([
  [
    'the network',
    () => {
      throw new TypeError('no network')
    },
  ],
  ['the server', () => new Response('', { status: 503 })],
])('a result that %s keeps back is asked for until it comes, and the screen says so', async (_, fail) => {
  answers = Array.from({ length: 5 }, () => fail)
  await open()
  expect(screen.getByRole('region', { name: 'The winner is' })).toBeTruthy()
  for (let tries = 1; tries <= 5; tries++) {
    expect(screen.getByText(late)).toBeTruthy()
    expect(screen.queryByRole('region', { name: 'Duels' })).toBeNull()
    await act(async () => vi.advanceTimersByTimeAsync(3_000))
  }
  expect(screen.getByRole('region', { name: 'Duels' })).toBeTruthy()
  expect(screen.queryByText(late)).toBeNull()
})
