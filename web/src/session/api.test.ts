import { expect, test, vi } from 'vitest'
import type { Reason } from '../contract.gen'
import { joinPoll, type RequestError } from './api'

const join = () => joinPoll({ pollID: 'K7M4QX', name: 'Ada' })
const respond = (status: number, body: string) =>
  vi.stubGlobal(
    'fetch',
    vi.fn(async () => new Response(body, { status })),
  )

test('a success is its body', async () => {
  respond(201, '{"pollID":"K7M4QX","accessToken":"secret"}')
  expect(await join()).toEqual({ pollID: 'K7M4QX', accessToken: 'secret' })
  expect(fetch).toHaveBeenCalledWith('/polls/join', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: '{"pollID":"K7M4QX","name":"Ada"}',
  })
})

const problem = (...reasons: Reason[]) => ({
  statusCode: 400,
  messages: reasons.map(({ reason }) => `the server on ${reason}`),
  reasons,
})

const failure = () =>
  join().then(
    () => {
      throw new Error('no failure')
    },
    (error: RequestError) => error,
  )

test('a refusal is told in the words of the page, what concerns a field at that field', async () => {
  const name = { reason: 'hard_characters', params: { field: 'name' } }
  respond(400, JSON.stringify(problem(name, { reason: 'locked_room' })))
  const error = await failure()
  expect(error.status).toBe(400)
  expect(error.at('name')).toBe('Your name: write it with simpler characters.')
  expect(error.at('topic')).toBeUndefined()
  expect(error.messages('name')).toEqual(['The hosts have locked this poll, so nobody new can join.'])
  expect(error.messages()).toHaveLength(2)
})

test('a refusal that this page does not know is told as the server tells it', async () => {
  respond(409, JSON.stringify(problem({ reason: 'of_tomorrow' })))
  expect((await failure()).messages()).toEqual(['the server on of_tomorrow'])
})

test.each([
  [502, '<html>Bad gateway</html>'],
  [200, ''],
])('%i with %j is the server’s fault, in a sentence', async (status, body) => {
  respond(status, body)
  const error = await failure()
  expect(error.status).toBe(status)
  expect(error.messages()).toEqual(['Something went wrong on the server. Try again in a moment.'])
})

test('no network is said to be no network', async () => {
  vi.stubGlobal('fetch', async () => {
    throw new TypeError('Failed to fetch')
  })
  const error = await failure()
  expect(error.status).toBe(0)
  expect(error.message).toContain('connection')
})
