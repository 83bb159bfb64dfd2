import { waitFor } from '@testing-library/react'
import { expect, test, vi } from 'vitest'
import { setServerTime } from './clock'
import { forgetGone } from './forget'
import { keepOutbox, seats, takeSeat } from './memory'
import { notices } from './notices'

const past = '2020-01-01T00:00:00Z'
const mine = () => seats().map(({ topic }) => topic)

/** A server whose answers are by code; all others are not found. */
function serve(answers: Record<string, () => Response>) {
  const asked: string[] = []
  vi.stubGlobal('fetch', async (path: string) => {
    asked.push(path)
    const answer = answers[path.split('/').at(-1) ?? '']
    return answer?.() ?? Response.json({ messages: ['no'], reasons: [] }, { status: 404 })
  })
  return asked
}

test.each<[string, () => Response, string[]]>([
  ['has never heard of it', () => Response.json({}, { status: 404 }), []],
  [
    'had its end put off',
    () => Response.json({ topic: 'Lunch', expiresAt: '2130-01-01T00:00:00Z' }),
    ['Lunch'],
  ],
  ['is asked too often', () => Response.json({}, { status: 429 }), ['Old']],
  ['is in trouble', () => Response.json({}, { status: 500 }), ['Old']],
  ['is behind a page that wants a login', () => new Response('<html>', { status: 200 }), ['Old']],
  [
    'cannot be reached',
    () => {
      throw new TypeError('Failed to fetch')
    },
    ['Old'],
  ],
])('a poll past its end is forgotten only if it is gone: the server %s', async (_, answer, left) => {
  takeSeat('AAAAAA', { token: 'a', topic: 'Old', expiresAt: past })
  serve({ AAAAAA: answer })
  await forgetGone()
  expect(mine()).toEqual(left)
})

test('nothing is asked about polls that have time left, or an end that is not known', async () => {
  takeSeat('AAAAAA', { token: 'a', topic: 'Soon', expiresAt: '2130-01-01T00:00:00Z' })
  takeSeat('BBBBBB', { token: 'b', topic: 'Fresh' })
  const asked = serve({})
  await forgetGone()
  expect(asked).toEqual([])
  expect(mine()).toEqual(['Fresh', 'Soon'])
})

test('the time is the server’s', async () => {
  takeSeat('AAAAAA', { token: 'a', topic: 'Old', expiresAt: past })
  const asked = serve({})
  setServerTime(Date.parse('2019-12-31T00:00:00Z'))
  await forgetGone()
  expect(asked).toEqual([])
  setServerTime(Date.now())
})

test('few codes are asked for at a time: to the server, those that are gone are guesses', async () => {
  for (const code of ['A', 'B', 'C', 'D', 'E'])
    takeSeat(code.repeat(6), { token: code, topic: code, expiresAt: past })
  const asked = serve({})
  await forgetGone()
  expect(asked).toHaveLength(3)
  await forgetGone()
  expect(mine()).toEqual([])
})

test('what was sent from a poll that is gone, and never answered, is told of', async () => {
  takeSeat('AAAAAA', { token: 'a', topic: 'Old', expiresAt: past })
  keepOutbox('AAAAAA', () => [
    { event: 'submit_rankings', payload: { rankings: ['r'], commandID: 'c0ffee' } },
  ])
  serve({})
  await forgetGone()
  await waitFor(() =>
    expect(notices.get().map(({ text }) => text)).toEqual([
      'The poll ended before your ballot was confirmed.',
    ]),
  )
})
