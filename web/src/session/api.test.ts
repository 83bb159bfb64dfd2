import { describe, expect, test, vi } from 'vitest'
import type { Reason } from '../contract.gen'
import { createPoll, getResults, joinPoll, type RequestError, redeemDevice } from './api'
import { overdue } from './overdue'
import { at, beside } from './refusal'
import { ask as askSummary } from './summary'

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
    signal: expect.any(AbortSignal),
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
  expect(at(error.why, 'name')).toBe('Write it with simpler characters.')
  expect(at(error.why, 'topic')).toBeUndefined()
  expect(beside(error.why, 'name')).toEqual(['The hosts have locked this poll, so nobody new can join.'])
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

/** A server that answers by turns; undefined is not an answer at all. */
function serve(...answers: (Response | TypeError | undefined)[]) {
  const asked: { path: string; body: Record<string, unknown>; signal: AbortSignal }[] = []
  vi.stubGlobal('fetch', (path: string, { body = '{}', signal }: { body?: string; signal: AbortSignal }) => {
    asked.push({ path, body: JSON.parse(body), signal })
    const answer = answers.shift()
    if (answer instanceof TypeError) return Promise.reject(answer)
    return answer ? Promise.resolve(answer) : new Promise(() => {})
  })
  return asked
}

const made = () => Response.json({ pollID: 'K7M4QX', accessToken: 'secret' }, { status: 201 })
const stalled = () => new Response(new ReadableStream(), { status: 200 })
const draft = { topic: 'Lunch', votesPerVoter: 3, name: 'Ada' }
const create = () => createPoll(draft)

/** Everything that somebody waits for. */
const requests: [string, () => Promise<unknown>][] = [
  ['a creation', create],
  ['a join', join],
  ['a device', () => redeemDevice('CODE', 'c0ffee')],
  ['a result', () => getResults('K7M4QX')],
  ['a summary', () => askSummary('K7M4QX', new AbortController().signal)],
]

describe.each(requests)('%s', (_, ask) => {
  test('that nothing answers is asked again on another line, the same', async () => {
    vi.useFakeTimers()
    const asked = serve(undefined, made())
    const answer = ask()
    await vi.advanceTimersByTimeAsync(9_900)
    expect(asked).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(200)
    expect(await answer).toMatchObject({ pollID: 'K7M4QX' })
    expect(asked[0]?.signal.aborted).toBe(true)
    expect(asked[1]?.body).toEqual(asked[0]?.body)
  })

  test.each([
    ['nothing comes', undefined],
    ['the answer stops in its middle', stalled],
  ])('is given up when %s, and says so', async (_, answer) => {
    vi.useFakeTimers()
    serve(...(answer ? [answer()] : []))
    const failed = ask().catch(error => error as RequestError)
    await vi.advanceTimersByTimeAsync(31_000)
    expect(await failed).toMatchObject({ status: 0, message: 'The server did not answer. Try again.' })
  })

  test('is worth a word when its answer takes long', async () => {
    vi.useFakeTimers()
    serve(undefined, made())
    const answer = ask()
    await vi.advanceTimersByTimeAsync(2_400)
    expect(overdue.get()).toBe(0)
    await vi.advanceTimersByTimeAsync(200)
    expect(overdue.get()).toBe(1)
    await vi.advanceTimersByTimeAsync(8_000)
    await answer
    expect(overdue.get()).toBe(0)
  })
})

describe('a creation that is asked for again', () => {
  const ids = (asked: ReturnType<typeof serve>) => asked.map(({ body }) => body.commandID)

  test.each([
    ['the line broke', new TypeError('Failed to fetch')],
    ['a proxy answered', new Response('', { status: 504 })],
  ])('after %s is the same one', async (_, answer) => {
    const asked = serve(answer, made())
    await expect(create()).rejects.toThrow()
    await create()
    const [first, second] = ids(asked)
    expect(first).toMatch(/^[0-9a-f]{32}$/)
    expect(second).toBe(first)
  })

  test('with something else in it is another one', async () => {
    const asked = serve(new TypeError('Failed to fetch'), made())
    await expect(create()).rejects.toThrow()
    await createPoll({ ...draft, topic: 'Dinner' })
    expect(new Set(ids(asked)).size).toBe(2)
  })

  test('after it was answered is another one', async () => {
    const asked = serve(made(), made())
    await create()
    await create()
    expect(new Set(ids(asked)).size).toBe(2)
  })
})
