import { expect, test, vi } from 'vitest'
import { joinPoll, RequestError } from './api'

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

test("a refusal has the server's sentences", async () => {
  respond(400, '{"statusCode":400,"code":"bad_request","messages":["name must …"],"error":"Bad Request"}')
  await expect(join()).rejects.toMatchObject({ status: 400, messages: ['name must …'] })
})

test.each([
  [404, 'not_found', 'No poll has this code. Polls also end after a while.'],
  [409, 'limit', 'The poll is full: as many take part as may.'],
  [409, 'wrong_phase', 'Voting has ended, or the hosts have locked the poll.'],
  [429, 'rate_limited', 'That was too much at once. Wait a moment, then try again.'],
])('%i %s is told in the words of the page', async (status, code, words) => {
  respond(status, JSON.stringify({ statusCode: status, code, messages: ['no'], error: '' }))
  await expect(join()).rejects.toMatchObject({ status, messages: [words] })
})

test.each([
  [502, '<html>Bad gateway</html>'],
  [200, ''],
])('%i with %j is the server’s fault, in a sentence', async (status, body) => {
  respond(status, body)
  await expect(join()).rejects.toEqual(
    new RequestError(status, ['Something went wrong on the server. Try again in a moment.']),
  )
})

test('no network is said to be no network', async () => {
  vi.stubGlobal('fetch', async () => {
    throw new TypeError('Failed to fetch')
  })
  await expect(join()).rejects.toMatchObject({ status: 0, messages: [expect.stringContaining('connection')] })
})
