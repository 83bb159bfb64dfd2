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
  respond(409, '{"statusCode":409,"messages":["This poll is full."],"error":"Conflict"}')
  await expect(join()).rejects.toMatchObject({ status: 409, messages: ['This poll is full.'] })
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
