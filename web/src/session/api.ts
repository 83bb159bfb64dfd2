import { t } from '@lingui/core/macro'
import { base } from '../base'
import type { CreatePoll, Joined, JoinPoll, PollResults, Problem, Summary } from '../contract.gen'
import { setServerTime } from './clock'
import { noted } from './overdue'
import { randomID } from './random-id'
import { beside, fieldOf, inWords, type Why } from './refusal'

/** A request that failed. */
export class RequestError extends Error {
  readonly status: number
  readonly why: readonly Why[]

  constructor(status: number, ...why: readonly Why[]) {
    super(why.map(({ message }) => message).join(' '))
    this.status = status
    this.why = why
  }

  messages(): readonly string[] {
    return beside(this.why)
  }
}

const patience = 10_000 // for an answer to begin, before the request is sent again
const bodyPatience = 30_000 // for the rest of it
const tries = 3

/**
 * Asks, and once more on another line when nothing comes on this one: what is asked here may
 * be asked twice.
 */
async function request<T>(path: string, { signal, ...init }: RequestInit = {}): Promise<T> {
  for (let n = 0; n < tries; n++) {
    const attempt = new AbortController()
    const stop = () => attempt.abort()
    signal?.addEventListener('abort', stop)
    try {
      const response = await within(patience, fetch(base + path, { ...init, signal: attempt.signal }))
      if (response) return await answerOf<T>(response)
    } catch (error) {
      if (error instanceof RequestError) throw error
      const message = t`The server cannot be reached. Check your connection and try again.`
      throw new RequestError(0, { message })
    } finally {
      signal?.removeEventListener('abort', stop)
    }
    stop()
  }
  throw silence()
}

async function answerOf<T>(response: Response): Promise<T> {
  setServerTime(Date.parse(response.headers.get('Date') ?? ''))
  const body: unknown = await within(
    bodyPatience,
    response.json().catch(() => null),
  )
  if (body === undefined) throw silence()
  if (response.ok && body !== null) return body as T
  throw new RequestError(response.status, ...(await whyOf((body as Partial<Problem> | null) ?? {})))
}

const silence = () => new RequestError(0, { message: t`The server did not answer. Try again.` })

/** What a promise becomes in time; undefined if it does not. */
async function within<T>(ms: number, promise: Promise<T>): Promise<T | undefined> {
  let stop = () => {}
  const late = new Promise<undefined>(resolve => {
    const timer = setTimeout(resolve, ms)
    stop = () => clearTimeout(timer)
  })
  try {
    return await Promise.race([promise, late])
  } finally {
    stop()
  }
}

/** That a code leads nowhere. */
export const noPoll = () =>
  new RequestError(404, { message: t`No poll has this code. Polls also end after a while.` })

async function whyOf({ messages = [], reasons = [] }: Partial<Problem>): Promise<Why[]> {
  const why = reasons.map(async ({ reason, params }, i) => ({
    message: await inWords({ reason, ...(params && { params }), message: messages[i] ?? '' }),
    field: fieldOf({ reason, ...(params && { params }) }),
  }))
  // Without reasons it is not our server that answered, but what stands before it.
  if (why.length === 0) return [{ message: t`Something went wrong on the server. Try again in a moment.` }]
  return Promise.all(why)
}

const post = <T>(path: string, body: unknown) =>
  request<T>(path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  })

const pollPath = (pollID: string) => `/polls/${encodeURIComponent(pollID)}`

/** The creation that was asked for last, until it is answered. */
let creation = { text: '', commandID: '' }

/** Makes a poll. One that is asked for again, because its answer was lost, is the same poll. */
export async function createPoll(body: CreatePoll): Promise<Joined> {
  const text = JSON.stringify(body)
  if (creation.text !== text) creation = { text, commandID: randomID() }
  const joined = await noted(post<Joined>('/polls', { ...body, commandID: creation.commandID }))
  creation = { text: '', commandID: '' }
  return joined
}

export const joinPoll = (body: JoinPoll) => noted(post<Joined>('/polls/join', body))

/** Spends a code for another device: the token of the person whose code it is. The same request may spend it again. */
export const redeemDevice = (code: string, commandID: string) =>
  noted(post<Joined>('/polls/device', { code, commandID }))
export const getSummary = (pollID: string, signal?: AbortSignal) =>
  request<Summary>(pollPath(pollID), signal && { signal })
export const getResults = (pollID: string, signal?: AbortSignal) =>
  noted(request<PollResults>(`${pollPath(pollID)}/results`, signal && { signal }))

export const getSite = () => request<{ url: string }>('/site')

/** Where a closed poll can be downloaded. */
export const exportPath = (pollID: string, format: 'json' | 'csv' | 'blt') =>
  `${base}${pollPath(pollID)}/export.${format}`
