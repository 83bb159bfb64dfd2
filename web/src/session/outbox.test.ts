import { beforeEach, describe, expect, test } from 'vitest'
import { lastSocket } from '../testing/fake-socket'
import { ada, samplePoll } from '../testing/samples'
import type { CommandName, Payload } from './command'
import { enterPoll, send } from './connection'
import { keepOutbox, outboxOf, takeSeat } from './memory'
import { notices } from './notices'
import { abandon } from './outbox'
import { type Ended, store } from './store'

const id = 'K7M4QX'
const settled = () => new Promise(resolve => setTimeout(resolve))

let leave: () => void

/** Enters the poll, as for the first time or after a reload. */
function enter() {
  takeSeat(id, { token: 'secret', topic: 'Lunch' })
  leave = enterPoll(id, 'secret')
  return lastSocket()
}

beforeEach(() => {
  leave = () => {}
  return () => leave()
})

/** Every way in which a poll is over for somebody. */
const ends: Ended[] = ['cancelled', 'expired', 'gone', 'removed', 'rejected', 'closed', 'left', 'forbidden']
const forAll = ['cancelled', 'expired', 'gone']

function end(reason: Ended) {
  const socket = lastSocket()
  if (reason === 'gone') socket.refuse('NOT_FOUND')
  else if (reason === 'forbidden') socket.refuse('FORBIDDEN')
  else socket.receive('poll_ended', { reason })
}

type Command = { [E in CommandName]: [E, Payload<E>] }[CommandName]
const lost = 'Your last change was not confirmed in time.'

/** What is said of each kind of command when the end comes before its answer; nothing where it is what was asked for. */
const kinds: [Command, (reason: Ended) => string | undefined][] = [
  [
    ['submit_rankings', { rankings: ['r'] }],
    reason =>
      forAll.includes(reason)
        ? 'The poll ended before your ballot was confirmed.'
        : 'Your part in the poll ended before your ballot was confirmed.',
  ],
  [['nominate', { text: 'Soup' }], () => 'The nomination \u2068Soup\u2069 was not confirmed in time.'],
  [['extend', { expiresAt: '2130-02-01T00:00:00Z' }], () => lost],
  [['close_poll', {}], () => lost],
  [['leave', {}], () => undefined],
  [['cancel_poll', {}], reason => (forAll.includes(reason) ? undefined : lost)],
]
const table = kinds.flatMap(([command, words]) =>
  ends.map(reason => ({ event: command[0], payload: command[1], reason, words: words(reason) })),
)

describe.each(table)('$event, when it ends by $reason', ({ event, payload, reason, words }) => {
  test('under way, is not text that nobody confirmed', async () => {
    const socket = enter()
    socket.open()
    socket.receive('poll_state', { version: 10, poll: samplePoll() })
    socket.receive('me', ada)
    const answer = send(event, payload as never)
    end(reason)
    expect(await answer).toMatchObject({ ok: words === undefined })
    expect(store.pending).toEqual([])
    expect(outboxOf(id)).toEqual([])
  })

  test('taken up again after a reload, is told of', async () => {
    takeSeat(id, { token: 'secret', topic: 'Lunch' })
    keepOutbox(id, () => [{ event, payload: { ...payload, commandID: 'c0ffee' } }])
    enter()
    end(reason)
    await settled()
    expect(notices.get().map(({ tone, text }) => [tone, text])).toEqual(words ? [['bad', words]] : [])
    expect(outboxOf(id)).toEqual([])
  })

  test('of a poll that is not open, is told of', async () => {
    takeSeat(id, { token: 'secret', topic: 'Lunch' })
    keepOutbox(id, () => [{ event, payload: { ...payload, commandID: 'c0ffee' } }])
    abandon(id, reason)
    await settled()
    expect(notices.get().map(({ text }) => text)).toEqual(words ? [words] : [])
    expect(localStorage).toHaveLength(0)
  })
})

test('two tabs keep their commands beside each other', async () => {
  enter()
  void send('nominate', { text: 'Mine' })
  // Another tab has sent one too, and has its answer.
  const theirs = { event: 'nominate' as const, payload: { text: 'Theirs', commandID: 'beef' } }
  keepOutbox(id, kept => [...kept, theirs])
  void send('nominate', { text: 'Mine too' })
  expect(outboxOf(id).map(({ payload }) => payload.text)).toEqual(['Mine', 'Theirs', 'Mine too'])
  const socket = lastSocket()
  socket.open()
  socket.answer('nominate', { ok: true, version: 11 })
  await settled()
  expect(outboxOf(id).map(({ payload }) => payload.text)).toEqual(['Theirs', 'Mine too'])
})
