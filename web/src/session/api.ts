import { t } from '@lingui/core/macro'
import { base } from '../base'
import type { CreatePoll, Joined, JoinPoll, PollResults, Problem, Summary } from '../contract.gen'
import { setServerTime } from './clock'

/** A request that failed. Each message is a sentence for a person. */
export class RequestError extends Error {
  readonly status: number
  readonly messages: readonly string[]

  constructor(status: number, messages: readonly string[]) {
    super(messages.join(' '))
    this.status = status
    this.messages = messages
  }
}

async function request<T>(path: string, init?: RequestInit): Promise<T> {
  let response: Response
  try {
    response = await fetch(base + path, init)
  } catch {
    throw new RequestError(0, [t`The server cannot be reached. Check your connection and try again.`])
  }
  setServerTime(Date.parse(response.headers.get('Date') ?? ''))
  const body: unknown = await response.json().catch(() => null)
  if (response.ok && body !== null) return body as T
  throw new RequestError(
    response.status,
    wordsOf(path, response.status, (body as Partial<Problem> | null) ?? {}),
  )
}

/** That a code leads nowhere. */
export const noPoll = () => new RequestError(404, wordsOf('', 404))

/** Why a request failed, in the person's language where its status and code say enough. */
function wordsOf(
  path: string,
  status: number,
  { code, messages = [] }: Partial<Problem> = {},
): readonly string[] {
  if (status === 404) return [t`No poll has this code. Polls also end after a while.`]
  if (status === 429) return [t`That was too much at once. Wait a moment, then try again.`]
  if (status === 409 && code === 'limit') return [t`The poll is full: as many take part as may.`]
  if (status === 409)
    return path.endsWith('/results')
      ? [t`The result is here once voting has ended and the hosts have revealed it.`]
      : [t`Voting has ended, or the hosts have locked the poll.`]
  if (status < 500 && messages.length > 0) return messages
  return [t`Something went wrong on the server. Try again in a moment.`]
}

const post = <T>(path: string, body: unknown) =>
  request<T>(path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  })

const pollPath = (pollID: string) => `/polls/${encodeURIComponent(pollID)}`

export const createPoll = (body: CreatePoll) => post<Joined>('/polls', body)
export const joinPoll = (body: JoinPoll) => post<Joined>('/polls/join', body)
/** Spends a code for another device: the token of the person whose code it is. */
export const redeemDevice = (code: string) => post<Joined>('/polls/device', { code })
export const getSummary = (pollID: string, signal: AbortSignal) =>
  request<Summary>(pollPath(pollID), { signal })
export const getResults = (pollID: string, signal?: AbortSignal) =>
  request<PollResults>(`${pollPath(pollID)}/results`, signal && { signal })

export const getSite = () => request<{ url: string }>('/site')

/** Learns what time it is by the server; nothing else changes. */
export const askTime = () =>
  fetch(`${base}/healthz`, { method: 'HEAD' }).then(({ headers }) =>
    setServerTime(Date.parse(headers.get('Date') ?? '')),
  )

/** Where a closed poll can be downloaded. */
export const exportPath = (pollID: string, format: 'json' | 'csv' | 'blt') =>
  `${base}${pollPath(pollID)}/export.${format}`
