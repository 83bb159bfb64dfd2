import { expect, test } from 'vitest'
import { samplePoll } from '../testing/samples'
import { changes } from './narrator'

const before = samplePoll()
const added = (...texts: string[]) => ({
  ...before.nominations,
  ...Object.fromEntries(texts.map((text, i) => [`new${i}`, { userID: 'eve', text, order: 10 + i }])),
})
const { r: _, ...withoutRamen } = before.nominations
const reveal = { revealed: false, step: 0, steps: 0, playing: false, speed: 1 }

test.each([
  ['nothing', {}, ''],
  ['the start', { phase: 'voting' as const }, 'Voting has started.'],
  ['the end', { phase: 'closed' as const }, 'Voting has closed. The result is here.'],
  [
    'an end with a reveal',
    { phase: 'closed' as const, reveal },
    'Voting has closed. The host reveals the result.',
  ],
  ['a nomination', { nominations: added('Soup') }, 'Nominated: Soup.'],
  ['several', { nominations: added('Soup', 'Salad') }, '2 new nominations.'],
  ['a removal', { nominations: withoutRamen }, 'Removed: Ramen.'],
  ['people', { participantCount: 3 }, '3 people in the poll.'],
  ['ballots', { ballotCount: 1 }, ''],
])('%s', (_, changed, said) => {
  expect(changes(before, samplePoll(changed), 'bob')).toBe(said)
})

test('one’s own nominations are not news', () => {
  expect(changes(before, samplePoll({ nominations: added('Soup') }), 'eve')).toBe('')
})

test('the moment of the result', () => {
  const shown = { ...reveal, revealed: true }
  expect(
    changes(samplePoll({ phase: 'closed', reveal }), samplePoll({ phase: 'closed', reveal: shown }), 'bob'),
  ).toBe('The result is here.')
})
