import { t } from '@lingui/core/macro'
import { base } from '../base'
import type { CreatePoll, Joined, JoinPoll, PollResults, Problem, Summary } from '../contract.gen'

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
  const body: unknown = await response.json().catch(() => null)
  if (response.ok && body !== null) return body as T
  const messages = (body as Partial<Problem> | null)?.messages
  throw new RequestError(
    response.status,
    messages?.length ? messages : [t`Something went wrong on the server. Try again in a moment.`],
  )
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
export const getSummary = (pollID: string, signal: AbortSignal) =>
  request<Summary>(pollPath(pollID), { signal })
export const getResults = (pollID: string, signal?: AbortSignal) =>
  request<PollResults>(`${pollPath(pollID)}/results`, signal && { signal })

/** Where a closed poll can be downloaded. */
export const exportPath = (pollID: string, format: 'json' | 'csv' | 'blt') =>
  `${base}${pollPath(pollID)}/export.${format}`
