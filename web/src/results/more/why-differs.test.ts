import { expect, test } from 'vitest'
import type { Outcome } from '../../contract.gen'
import { whyDiffers } from './why-differs'

const names: Record<string, string> = { t: 'Tacos', r: 'Ramen', d: 'Dosa', p: 'Pizza' }
const why = (counted: Partial<Outcome>, official: string[]) =>
  whyDiffers(
    { method: 'plurality', winners: ['t'], order: [], ties: [], ...counted },
    official,
    option => names[option] ?? '?',
  ).replace(/[\u2068\u2069]/g, '')

const order = (figures: Record<string, number>) =>
  Object.entries(figures).map(([option, figure], i) => ({ option, place: i + 1, figure }))

const methods: [Outcome['method'], string][] = [
  ['plurality', 'Only first places count: Tacos 7 and Ramen 5.'],
  ['approval', 'Every place on a ballot counts the same: Tacos 7 and Ramen 5.'],
  ['score', 'Points, much fewer for each further place: Tacos 7 and Ramen 5.'],
  ['borda', 'Points for each option further down a ballot: Tacos 7 and Ramen 5.'],
  ['dowdall', 'Points, one for a first place, half for a second, and so on: Tacos 7 and Ramen 5.'],
  ['irv', 'The last go out, round by round; votes in their own last round: Tacos 7 and Ramen 5.'],
  ['stv', 'Above the quota votes move on, and the last go out; votes at the end: Tacos 7 and Ramen 5.'],
  ['copeland', 'Duels won, where a draw is half of one: Tacos 7 and Ramen 5.'],
  ['minimax', 'The worst defeat, where the smallest wins: Tacos 7 and Ramen 5.'],
  ['schulze', 'The strongest chains of duels; options below: Tacos 7 and Ramen 5.'],
  ['ranked_pairs', 'Duels settled from the clearest to the closest; options below: Tacos 7 and Ramen 5.'],
]

test.each(methods)('%s says what it looks at, with its figures', (method, sentence) => {
  expect(why({ method, order: order({ t: 7, d: 6, r: 5 }) }, ['r'])).toBe(sentence)
})

test('of several seats all who have one are named, and those who have none by this method', () => {
  const counted = { winners: ['t', 'd'], order: order({ t: 9, d: 6, r: 5, p: 1 }) }
  expect(why(counted, ['t', 'r'])).toBe('Only first places count: Tacos 9, Dosa 6, and Ramen 5.')
})

test('of equals it is said what decided', () => {
  const tie = { stage: 'winner', tied: ['t', 'r'], rule: 'first_places' as const, chosen: ['t'] }
  const earlier = { ...tie, tied: ['d', 'p'], chosen: ['d'] }
  expect(why({ order: order({ t: 5, r: 5 }), ties: [earlier, tie] }, ['r'])).toBe(
    'Only first places count: Tacos 5 and Ramen 5. The win: Tacos and Ramen were equal; first places decided for Tacos.',
  )
})
