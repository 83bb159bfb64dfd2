import { beforeEach, describe, expect, test, vi } from 'vitest'
import type { Answer } from '../contract.gen'
import { lastSocket, sockets } from '../testing/fake-socket'
import { ada, samplePoll } from '../testing/samples'
import { enterPoll, getRoster, getScreen, send } from './connection'
import { keepOutbox, outboxOf, seatOf, takeSeat } from './memory'
import { notices } from './notices'
import { overdue } from './overdue'
import { store } from './store'

vi.mock('./refusal', () => ({ inWords: async ({ message }: { message: string }) => message }))

const id = 'K7M4QX'
const settle = () => new Promise(resolve => setTimeout(resolve))

let leave: () => void

beforeEach(() => {
  takeSeat(id, { token: 'secret', topic: 'Lunch' })
  leave = enterPoll(id, 'secret')
  return () => leave()
})

/** Connects and brings version 10. */
function arrive() {
  const socket = lastSocket()
  socket.open()
  socket.receive('poll_state', { version: 10, poll: samplePoll() })
  socket.receive('me', ada)
  return socket
}

describe('a poll that is followed', () => {
  test('starts with the state', () => {
    const socket = lastSocket()
    expect(socket.options.auth).toEqual({ token: 'secret', patches: true })
    expect(store).toMatchObject({ pollID: id, connection: 'connecting', poll: null, me: null, ended: null })
    arrive()
    expect(store).toMatchObject({ connection: 'online', version: 10, poll: { id }, me: ada })
    expect(seatOf(id)).toMatchObject({ token: 'secret', expiresAt: '2130-01-02T12:00:00Z' })
  })

  test.each([
    [{ expiresAt: '2131-01-01T00:00:00Z' }, { expiresAt: '2131-01-01T00:00:00Z' }],
    [{ settings: { topic: 'Dinner' } }, { topic: 'Dinner' }],
  ])('is remembered as a patch has changed it: %j', (patch, seat) => {
    const socket = arrive()
    socket.receive('poll_patch', { from: 10, to: 11, patch })
    expect(seatOf(id)).toEqual({
      token: 'secret',
      topic: 'Lunch',
      expiresAt: '2130-01-02T12:00:00Z',
      ...seat,
    })
  })

  test('is remembered as it is after a gap', async () => {
    const socket = arrive()
    socket.receive('poll_patch', { from: 11, to: 12, patch: { participantCount: 5 } })
    const poll = samplePoll({ expiresAt: '2131-01-01T00:00:00Z' })
    socket.answer('poll_sync', { ok: true, version: 12, poll })
    await settle()
    expect(seatOf(id)).toMatchObject({ expiresAt: '2131-01-01T00:00:00Z' })
  })

  test('changes by patches', () => {
    const socket = arrive()
    socket.receive('poll_patch', { from: 10, to: 12, patch: { nominations: { t: null }, onlineCount: 1 } })
    expect(store.version).toBe(12)
    expect(Object.keys(store.poll?.nominations ?? {})).toEqual(['r', 'p', 'd'])
    socket.receive('poll_patch', { from: 12, to: 12, patch: { onlineCount: 2 } })
    expect(store).toMatchObject({ version: 12, poll: { onlineCount: 2 } })
    expect(socket.sent).toEqual([])
  })

  test('ignores patches that it has already', () => {
    const socket = arrive()
    socket.receive('poll_patch', { from: 8, to: 9, patch: { participantCount: 1 } })
    socket.receive('poll_patch', { from: 9, to: 10, patch: { participantCount: 1 } })
    expect(store.poll?.participantCount).toBe(2)
    expect(socket.sent).toEqual([])
  })

  test('asks for the whole state when a patch is missing, and goes on from there', async () => {
    const socket = arrive()
    socket.receive('poll_patch', { from: 11, to: 12, patch: { participantCount: 5 } })
    expect(store.version).toBe(10)
    socket.receive('poll_patch', { from: 12, to: 13, patch: { participantCount: 6 } })
    socket.answer('poll_sync', { ok: true, version: 12, poll: samplePoll({ participantCount: 5 }) })
    await settle()
    expect(store).toMatchObject({ version: 13, poll: { participantCount: 6 } })
    expect(socket.sent).toEqual([])
  })

  test('asks again when the whole state did not come', async () => {
    vi.useFakeTimers()
    const socket = arrive()
    socket.receive('poll_patch', { from: 11, to: 12, patch: {} })
    socket.answer('poll_sync', { ok: false, error: { code: 'rate_limited', message: 'Slower.' } })
    await vi.advanceTimersByTimeAsync(900)
    expect(socket.sent).toEqual([])
    await vi.advanceTimersByTimeAsync(200)
    socket.answer('poll_sync', { ok: true, version: 20, poll: samplePoll() })
    await vi.advanceTimersByTimeAsync(0)
    expect(store.version).toBe(20)
  })

  test('is taken up again after a lost connection', () => {
    const socket = arrive()
    socket.drop()
    expect(store).toMatchObject({ connection: 'offline', version: 10, poll: { id } })
    socket.open()
    socket.receive('poll_state', { version: 30, poll: samplePoll({ phase: 'voting' }) })
    expect(store).toMatchObject({ connection: 'online', version: 30, poll: { phase: 'voting' } })
  })

  test('is dialled again when the server ended the connection', async () => {
    vi.useFakeTimers()
    const socket = arrive()
    socket.drop('io server disconnect')
    expect(store.connection).toBe('offline')
    await vi.advanceTimersByTimeAsync(2_000)
    expect(socket.connects).toBe(1)
  })

  test('is dialled at once when the network is back', () => {
    const socket = arrive()
    window.dispatchEvent(new Event('online'))
    expect(socket.connects).toBe(0)
    socket.drop()
    window.dispatchEvent(new Event('online'))
    expect(socket.connects).toBe(1)
  })

  describe('on a phone that wakes up', () => {
    /** Connects, and lets time pass without a word from the server. */
    const sleep = async (ms: number) => {
      vi.useFakeTimers()
      const socket = arrive()
      await vi.advanceTimersByTimeAsync(ms)
      return socket
    }
    const wakes = () => document.dispatchEvent(new Event('visibilitychange'))

    test('is tried, and dialled again when nothing comes', async () => {
      const socket = await sleep(10_000)
      wakes()
      wakes()
      expect(socket.sent).toHaveLength(1)
      await vi.advanceTimersByTimeAsync(3_000)
      expect(socket.connects).toBe(1)
      expect(store.connection).toBe('offline')
    })

    test.each<[string, (socket: ReturnType<typeof arrive>) => void]>([
      ['an answer', socket => void socket.answer('next_poll', { ok: false })],
      ['a patch', socket => socket.receive('poll_patch', { from: 10, to: 10, patch: { onlineCount: 1 } })],
    ])('is kept when %s comes', async (_, come) => {
      const socket = await sleep(10_000)
      wakes()
      come(socket)
      await vi.advanceTimersByTimeAsync(5_000)
      expect(socket.connects).toBe(0)
      expect(store.connection).toBe('online')
    })

    test('is trusted when the server was heard just now', async () => {
      const socket = await sleep(4_000)
      wakes()
      expect(socket.sent).toEqual([])
    })
  })

  test('leaves nothing behind', () => {
    const socket = arrive()
    leave()
    expect(socket.connected).toBe(false)
    window.dispatchEvent(new Event('online'))
    expect(socket.connects).toBe(0)
    socket.receive('poll_state', { version: 99, poll: samplePoll() })
    expect(store.version).toBe(10)
    expect(sockets).toHaveLength(1)
  })
})

describe('the end', () => {
  test.each(['cancelled', 'expired', 'removed'] as const)('%s gives the seat up', reason => {
    const socket = arrive()
    socket.receive('poll_ended', { reason })
    expect(store.ended).toBe(reason)
    expect(socket.connected).toBe(false)
    expect(seatOf(id)).toBeNull()
  })

  test('left keeps the seat for a return', () => {
    arrive().receive('poll_ended', { reason: 'left' })
    expect(store.ended).toBe('left')
    expect(seatOf(id)).toMatchObject({ token: 'secret', left: true })
  })

  test.each([
    ['FORBIDDEN', 'forbidden'],
    ['NOT_FOUND', 'gone'],
  ])('%s at the door ends it', (message, ended) => {
    lastSocket().refuse(message)
    expect(store.ended).toBe(ended)
    expect(seatOf(id)).toBeNull()
  })

  test('another refusal is told, and tried again, less and less often', async () => {
    vi.useFakeTimers()
    const socket = lastSocket()
    socket.refuse('This poll is full.')
    await vi.advanceTimersByTimeAsync(0)
    expect(store).toMatchObject({ ended: null, connection: 'offline', refusal: 'This poll is full.' })
    await vi.advanceTimersByTimeAsync(2_000)
    expect(socket.connects).toBe(1)
    socket.refuse('This poll is full.')
    await vi.advanceTimersByTimeAsync(1_900)
    expect(socket.connects).toBe(1)
    await vi.advanceTimersByTimeAsync(2_100)
    expect(socket.connects).toBe(2)
    arrive()
    expect(store.refusal).toBeNull()
  })
})

describe('a command', () => {
  test('brings its answer', async () => {
    const socket = arrive()
    const answer = send('nominate', { text: 'Soup' })
    const data = socket.answer('nominate', { ok: true, version: 11, nomination: 's' })
    expect(data).toEqual({ text: 'Soup', commandID: expect.stringMatching(/^[0-9a-f]{32}$/) })
    expect(await answer).toEqual({ ok: true, version: 11, nomination: 's' })
  })

  test('waits for a connection', async () => {
    const socket = arrive()
    socket.drop()
    const answer = send('start_vote', {})
    expect(socket.sent).toEqual([])
    socket.open()
    socket.answer('start_vote', { ok: true, version: 11 })
    expect(await answer).toEqual({ ok: true, version: 11 })
    expect(store.pending).toEqual([])
  })

  test('is sent again under its id when the connection broke before the answer', async () => {
    const socket = arrive()
    const answer = send('submit_rankings', { rankings: ['t'] })
    const first = socket.sent[0]?.data
    socket.drop()
    await settle()
    socket.open()
    await settle()
    expect(socket.answer('submit_rankings', { ok: true, version: 12 })).toEqual(first)
    expect(await answer).toEqual({ ok: true, version: 12 })
  })

  test('is late when its answer takes long, and pending until it comes', async () => {
    vi.useFakeTimers()
    const socket = arrive()
    const answer = send('start_vote', {})
    expect(store.pending).toMatchObject([{ event: 'start_vote', late: false }])
    await vi.advanceTimersByTimeAsync(2_900)
    expect(store.pending).toMatchObject([{ late: true }])
    socket.answer('start_vote', { ok: true, version: 11 })
    expect(await answer).toEqual({ ok: true, version: 11 })
    expect(store.pending).toEqual([])
  })

  test('that nothing answers on a line on which nothing comes is sent on another one', async () => {
    vi.useFakeTimers()
    const socket = arrive()
    await vi.advanceTimersByTimeAsync(10)
    const answer = send('nominate', { text: 'Soup' })
    const first = socket.take('nominate')
    await vi.advanceTimersByTimeAsync(8_000)
    first.fail(new Error('operation has timed out'))
    await vi.advanceTimersByTimeAsync(0)
    expect(socket.connects).toBe(1)
    socket.open()
    expect(socket.answer('nominate', { ok: true, version: 11 })).toEqual(first.data)
    expect(await answer).toMatchObject({ ok: true })
  })

  test('is asked again, under its id, when the server does not know what became of it', async () => {
    vi.useFakeTimers()
    const socket = arrive()
    const answer = send('start_vote', {})
    const first = socket.answer('start_vote', { ok: false, error: { code: 'internal', message: 'Oh.' } })
    await vi.advanceTimersByTimeAsync(1_000)
    expect(socket.answer('start_vote', { ok: true, version: 11 })).toEqual(first)
    expect(await answer).toMatchObject({ ok: true })
  })

  test.each<[Answer, string]>([
    [{ ok: true, version: 12 }, 'Your ballot is recorded.'],
    [
      { ok: false, error: { code: 'wrong_phase', reason: 'voting_ended', message: 'Voting has ended.' } },
      'Voting had closed before your ballot arrived. It is not counted.',
    ],
  ])('outlives the page, and its outcome is told: %j', async (answer, said) => {
    leave()
    const first = { rankings: ['t'], commandID: 'c0ffee' }
    keepOutbox(id, () => [{ event: 'submit_rankings', payload: first }]) // by the page before the reload
    leave = enterPoll(id, 'secret')
    expect(store.pending).toMatchObject([{ event: 'submit_rankings', late: true }])
    const again = arrive()
    expect(again.answer('submit_rankings', answer)).toEqual(first)
    await settle()
    expect(store.pending).toEqual([])
    expect(notices.get().map(({ text }) => text)).toEqual([said])
    expect(outboxOf(id)).toEqual([])
  })
})

describe('a question', () => {
  test('brings a page of the roster', async () => {
    const socket = arrive()
    const roster = getRoster({ after: 'ada', limit: 2 })
    const page = { ok: true, participants: [{ id: 'bob', name: 'Bob', online: true, voted: false }] }
    expect(socket.answer('roster', page)).toEqual({ after: 'ada', limit: 2 })
    expect(await roster).toEqual(page)
    socket.drop()
    expect(await getRoster({})).toMatchObject({ ok: false, error: { code: 'offline' } })
  })

  test('that takes long is worth a word, and asked again on the next line', async () => {
    vi.useFakeTimers()
    const socket = arrive()
    await vi.advanceTimersByTimeAsync(10)
    const screen = getScreen()
    const first = socket.take('present')
    await vi.advanceTimersByTimeAsync(2_400)
    expect(overdue.get()).toBe(0)
    await vi.advanceTimersByTimeAsync(200)
    expect(overdue.get()).toBe(1)
    await vi.advanceTimersByTimeAsync(5_400)
    first.fail(new Error('operation has timed out'))
    await vi.advanceTimersByTimeAsync(0)
    expect(socket.connects).toBe(1)
    socket.open()
    await vi.advanceTimersByTimeAsync(1_000)
    socket.answer('present', { ok: true, accessToken: 'screen' })
    expect(await screen).toEqual({ ok: true, accessToken: 'screen' })
    expect(overdue.get()).toBe(0)
  })

  test('that is never answered is given up, and says so', async () => {
    vi.useFakeTimers()
    const socket = arrive()
    const screen = getScreen()
    socket.drop()
    await vi.advanceTimersByTimeAsync(30_000)
    expect(await screen).toMatchObject({ error: { message: 'The server did not answer. Try again.' } })
    expect(overdue.get()).toBe(0)
  })
})

test('running a poll again is a command: it is kept until it is answered, and sent again under its id', async () => {
  const socket = arrive()
  const moved = send('run_again', {})
  const first = socket.sent[0]?.data
  expect(first).toEqual({ commandID: expect.stringMatching(/^[0-9a-f]{32}$/) })
  socket.drop()
  await settle()
  socket.open()
  await settle()
  const answer = { ok: true, pollID: 'NEXT22', accessToken: 'next' }
  expect(socket.answer('run_again', answer)).toEqual(first)
  expect(await moved).toEqual(answer)
})
