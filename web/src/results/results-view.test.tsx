import { act, cleanup, screen, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import type { Result, Results, Round } from '../contract.gen'
import { render, renderPoll } from '../testing/render'
import { bob, samplePoll } from '../testing/samples'
import OtherMethods from './more/other-methods'
import { tieStory } from './more/ties'
import { type Outcome, roundStory } from './outcome'
import { ResultsView } from './results-view'

const names: Record<string, string> = { t: 'Tacos', r: 'Ramen', d: 'Dosa' }
const name = (option: string) => names[option] ?? '?'
/** Without the marks that keep a name's direction to itself. */
const plain = (text: string) => text.replace(/[\u2068\u2069]/g, '')

const round = (changed: Partial<Round>): Round => ({
  number: 1,
  threshold: 4,
  active: 6,
  tallies: [],
  exhausted: [],
  elected: [],
  surplus: '',
  excluded: [],
  transfers: [],
  ...changed,
})

const rounds = [
  round({
    tallies: [
      { option: 't', votes: 3 },
      { option: 'r', votes: 2 },
      { option: 'd', votes: 1 },
    ],
    excluded: ['d'],
    transfers: [{ from: 'd', to: 't', cause: 'blank', votes: 1 }],
  }),
  round({
    number: 2,
    tallies: [
      { option: 't', votes: 4 },
      { option: 'r', votes: 2 },
    ],
    elected: ['t'],
  }),
]

function results(changed: Partial<Result> = {}): Results {
  const official: Result = {
    method: 'irv',
    seats: 1,
    options: ['t', 'r', 'd'],
    ballots: 6,
    blank: 0,
    winners: ['t'],
    order: [
      { option: 't', place: 1, figure: 4 },
      { option: 'r', place: 2, figure: 2 },
      { option: 'd', place: 3, figure: 1 },
    ],
    rounds,
    ties: [],
    ...changed,
  }
  const { options, ballots, blank, winners, order } = official
  const outcomes = [
    { method: 'irv' as const, winners, order, ties: [] },
    { method: 'borda' as const, winners: ['t'], order, ties: [] },
    { method: 'plurality' as const, winners: ['r'], order, ties: [] },
  ]
  return {
    ballots,
    official,
    others: { options, ballots, blank, outcomes, condorcet: 't', smith: ['t'], matrix: [] },
  }
}

const outcome = (changed?: Partial<Result>): Outcome => ({
  pollID: 'K7M4QX',
  topic: 'Lunch',
  results: results(changed),
  commitment: 'c0ffee',
  seed: '5eed',
  expiresAt: '2030-01-02T09:00:00Z',
  name,
})

describe('the verdict', () => {
  test.each<[string, Partial<Result>, string, string]>([
    [
      'one winner',
      {},
      'The winner is',
      'Wins by 4 to 2 after 2 rounds. 6 ballots cast. The result would be the same with 1 of 2 other methods. Counting method: Instant runoff.',
    ],
    [
      'several winners',
      { method: 'stv', seats: 2, winners: ['t', 'r'] },
      'The winners are',
      'Decided in 2 rounds. 6 ballots cast. The result would be the same with 1 of 3 other methods. Counting method: Single transferable vote.',
    ],
    [
      'a declared tie',
      { winners: ['t', 'r'] },
      'A tie between',
      'Decided in 2 rounds. 6 ballots cast. No other method gives the same result. Counting method: Instant runoff.',
    ],
    [
      'points',
      { method: 'borda', rounds: [] },
      'The winner is',
      'Wins by 4 to 2 points. 6 ballots cast. The result would be the same with 1 of 2 other methods. Counting method: Borda.',
    ],
    [
      'a draw of points',
      {
        method: 'borda',
        rounds: [],
        order: [
          { option: 't', place: 1, figure: 4 },
          { option: 'r', place: 2, figure: 4 },
        ],
      },
      'The winner is',
      '6 ballots cast. The result would be the same with 1 of 2 other methods. Counting method: Borda.',
    ],
    [
      'no ballots',
      { winners: [], ballots: 0, rounds: [] },
      'Nobody voted',
      'There is nothing to count. Counting method: Instant runoff.',
    ],
  ])('of %s', (_, changed, verdict, reason) => {
    render(<ResultsView outcome={outcome(changed)} />)
    const region = within(screen.getByRole('region', { name: verdict }))
    expect(region.getByText(reason)).toBeTruthy()
    const winners = region.queryAllByRole('listitem').map(item => item.textContent)
    expect(winners).toEqual((changed.winners ?? ['t']).map(name))
  })
})

test('where no other method decides without a draw, nothing is said of how many agree', () => {
  const { others, ...rest } = results()
  const outcomes = others.outcomes.map(counted => ({ ...counted, drawn: true }))
  render(<ResultsView outcome={{ ...outcome(), results: { ...rest, others: { ...others, outcomes } } }} />)
  const said = 'Wins by 4 to 2 after 2 rounds. 6 ballots cast. Counting method: Instant runoff.'
  expect(screen.getByText(said)).toBeTruthy()
})

test.each(['schulze', 'ranked_pairs'] as const)(
  'what is counted by %s is how many options are below, which is not how many duels were won',
  method => {
    render(<ResultsView outcome={outcome({ method, rounds: [] })} />)
    const order = within(screen.getByRole('region', { name: 'Final order' }))
    expect(order.getByRole('columnheader', { name: 'Options below' })).toBeTruthy()
  },
)

describe('rounds', () => {
  test('are gone through one by one', async () => {
    render(<ResultsView outcome={outcome()} />)
    const region = within(screen.getByRole('region', { name: 'Round by round' }))
    const lines = () =>
      within(region.getAllByRole('list')[0] as HTMLElement)
        .getAllByRole('listitem')
        .map(line => line.textContent)
    expect(lines()).toEqual(['Tacos3', 'Ramen2', 'DosaOut1'])
    await userEvent.click(region.getByRole('button', { name: 'Next round' }))
    expect(lines()).toEqual(['TacosElected4', 'Ramen2', 'Dosa–'])
    expect(region.getByRole('button', { name: 'Next round' }).getAttribute('aria-disabled')).toBe('true')
  })

  test.each<[Partial<Round>, string]>([
    [{ excluded: ['d'] }, 'Dosa goes out.'],
    [
      {
        excluded: ['d', 'r'],
        transfers: [
          { from: 'd', to: '', cause: 'exhausted', votes: 3 },
          { from: 'd', to: 't', cause: 'blank', votes: 1 },
          { from: 'r', to: 't', cause: 'blank', votes: 1 },
        ],
      },
      'Dosa and Ramen go out. Votes that move: 2 to Tacos and 3 to nobody.',
    ],
    [
      { surplus: 't', transfers: [{ from: 't', to: 'r', cause: 'blank', votes: 1.5 }] },
      'What Tacos has above the quota moves on. Votes that move: 1.5 to Ramen.',
    ],
    [{ elected: ['t', 'r'] }, 'Tacos and Ramen are elected.'],
  ])('%j', (changed, story) => {
    expect(plain(roundStory(round(changed), name))).toBe(story)
  })
})

test.each([
  ['draw', ['r'], 'Round 2, who goes out: Tacos and Ramen were equal; the draw fell on Ramen.'],
  ['declared', ['t', 'r'], 'Round 2, who goes out: Tacos and Ramen were equal; it stays a tie.'],
] as const)('a tie by %s', (rule, chosen, story) => {
  expect(plain(tieStory({ stage: 'round 2 exclusion', tied: ['t', 'r'], rule, chosen }, name))).toBe(story)
})

test('other methods are compared', () => {
  render(<OtherMethods outcome={outcome()} />)
  expect(screen.getByText(/by 1 of 2 other methods\.$/)).toBeTruthy()
  expect(screen.getAllByRole('rowheader').map(row => row.textContent)).toEqual(['Borda', 'Plurality'])
})

test('why other methods differ is asked for when somebody reads it', async () => {
  const fetch = vi.fn(async () => Response.json({ results: results() }))
  vi.stubGlobal('fetch', fetch)
  const { unmount } = render(<OtherMethods outcome={outcome()} />)
  expect(fetch).not.toHaveBeenCalled()
  unmount()
  render(<OtherMethods outcome={outcome()} opened />)
  expect(await screen.findByText(/^Only first places count:/)).toBeTruthy()
  expect(screen.queryByText(/^Points/)).toBeNull() // Borda says the same
})

test.each([true, false])(
  'a draw by another method is said to be one, of all of a result too (%s)',
  inWhole => {
    const all = outcome()
    const tie = { stage: 'winner', tied: ['t', 'r'], rule: 'draw' as const, chosen: ['t'] }
    const { order } = all.results.official
    const drawn = {
      method: 'borda' as const,
      winners: ['t'],
      ...(inWhole ? { order, ties: [tie] } : { drawn: true }),
    }
    const results = { ...all.results, others: { ...all.results.others, outcomes: [drawn] } }
    render(<OtherMethods outcome={{ ...all, results }} />)
    expect(
      screen.getByText(
        'The same ballots give the same result by 0 of 1 other methods. 1 is decided by draw.',
      ),
    ).toBeTruthy()
  },
)

test('a long count is fetched when it is asked for', async () => {
  const whole = results()
  const short = { ...whole, official: { ...whole.official, rounds: [] }, abridged: true }
  const fetch = vi.fn(async (_path: string) => Response.json({ results: whole }))
  vi.stubGlobal('fetch', fetch)
  render(<ResultsView outcome={{ ...outcome(), results: short }} />)
  expect(screen.queryByRole('region', { name: 'Round by round' })).toBeNull()
  await userEvent.click(await screen.findByRole('button', { name: 'Show all of the count' }))
  expect(await screen.findByRole('region', { name: 'Round by round' })).toBeTruthy()
  expect(fetch.mock.calls.map(([path]) => path)).toEqual(['/polls/K7M4QX/results'])
  expect(screen.queryByRole('button', { name: 'Show all of the count' })).toBeNull()
  vi.unstubAllGlobals()
})

describe('on paper', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  })
  const print = (moment: 'beforeprint' | 'afterprint') =>
    act(async () => window.dispatchEvent(new Event(moment)))
  const folded = (title: string) => screen.getByText(title).closest('details')

  test('is what other methods say, though it is folded on the page', async () => {
    render(<ResultsView outcome={outcome()} />)
    await act(() => vi.advanceTimersByTimeAsync(1_500))
    await act(() => vi.dynamicImportSettled())
    expect(folded('By other methods')?.open).toBe(false)
    await print('beforeprint')
    expect(folded('By other methods')?.open).toBe(true)
    expect(within(folded('By other methods') as HTMLElement).getAllByRole('rowheader')).toHaveLength(2)
    expect(folded('Share the result')?.open).toBe(false)
    await print('afterprint')
    expect(folded('By other methods')?.open).toBe(false)
  })

  test('what was open before stays open after', async () => {
    render(<ResultsView outcome={outcome()} />)
    const details = folded('By other methods') as HTMLDetailsElement
    details.open = true
    await print('beforeprint')
    await print('afterprint')
    expect(details.open).toBe(true)
  })
})

test('those who did not vote are told so, unless they only watch', async () => {
  const closed = samplePoll({ phase: 'closed', results: results() })
  await renderPoll(closed)
  expect(screen.getByText('You did not vote in this poll.')).toBeTruthy()
  cleanup()
  await renderPoll(closed, { ...bob, spectates: true })
  expect(screen.getByRole('region', { name: 'The winner is' })).toBeTruthy()
  expect(screen.queryByText('You did not vote in this poll.')).toBeNull()
})

test('options that share a place on the own ballot have that place beside the result', async () => {
  await renderPoll(samplePoll({ phase: 'closed', results: results({ method: 'borda', rounds: [] }) }), {
    ...bob,
    voted: true,
    ballot: ['r', 't', 'd'],
    ranks: [1, 1, 2],
  })
  const order = within(screen.getByRole('region', { name: 'Final order' }))
  expect(order.getAllByRole('row').map(row => row.textContent)).toEqual([
    'PlaceOptionYouPoints',
    '1Tacos 14',
    '2Ramen 12',
    '3Dosa 21',
  ])
})

test('who took part sees their own ballot and receipt, and the way to check', async () => {
  await renderPoll(
    samplePoll({ phase: 'closed', seed: '5eed', seedCommitment: 'c0ffee', results: results() }),
    { ...bob, voted: true, ballot: ['r', 't'], receipt: 'RECEIPT' },
  )
  const order = within(screen.getByRole('region', { name: 'Final order' }))
  expect(order.getAllByRole('row').map(row => row.textContent)).toEqual([
    'PlaceOptionYouVotes',
    '1Tacos won in round 224',
    '2Ramen 12',
    '3Dosa out in round 1–1',
  ])
  const audit = within(screen.getByRole('region', { name: 'Check the count' }))
  expect(audit.getByText('RECEIPT')).toBeTruthy()
  await userEvent.click(audit.getByText('How draws are made'))
  expect(await audit.findByText('c0ffee')).toBeTruthy()
  expect(audit.getByText('5eed')).toBeTruthy()
  expect(audit.getByText('caucus verify caucus-K7M4QX.json')).toBeTruthy()
  expect(audit.getByRole('link', { name: 'Download CSV' }).getAttribute('href')).toBe(
    '/polls/K7M4QX/export.csv',
  )
})
