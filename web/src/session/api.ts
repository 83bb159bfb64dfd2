import { t } from '@lingui/core/macro'
import { base } from '../base'
import type { CreatePoll, Joined, JoinPoll, PollResults, Problem, Summary } from '../contract.gen'
import { setServerTime } from './clock'
import { inWords } from './refusal'

/** Why a request failed: a sentence for a person, and the field of the request that is meant. */
interface Why {
  message: string
  field?: string | undefined
}

/** A request that failed. */
export class RequestError extends Error {
  readonly status: number
  private readonly why: readonly Why[]

  constructor(status: number, ...why: readonly Why[]) {
    super(why.map(({ message }) => message).join(' '))
    this.status = status
    this.why = why
  }

  /** What is wrong, but for fields that say so themselves. */
  messages(...fields: readonly string[]): readonly string[] {
    return this.why.filter(({ field = '' }) => !fields.includes(field)).map(({ message }) => message)
  }

  /** What is wrong with a field. */
  at(field: string): string | undefined {
    return this.why.find(why => why.field === field)?.message
  }
}

async function request<T>(path: string, init?: RequestInit): Promise<T> {
  let response: Response
  try {
    response = await fetch(base + path, init)
  } catch {
    const message = t`The server cannot be reached. Check your connection and try again.`
    throw new RequestError(0, { message })
  }
  setServerTime(Date.parse(response.headers.get('Date') ?? ''))
  const body: unknown = await response.json().catch(() => null)
  if (response.ok && body !== null) return body as T
  throw new RequestError(response.status, ...(await whyOf((body as Partial<Problem> | null) ?? {})))
}

/** That a code leads nowhere. */
export const noPoll = () =>
  new RequestError(404, { message: t`No poll has this code. Polls also end after a while.` })

async function whyOf({ messages = [], reasons = [] }: Partial<Problem>): Promise<Why[]> {
  const why = reasons.map(async ({ reason, params }, i) => ({
    message: await inWords({ reason, ...(params && { params }), message: messages[i] ?? '' }),
    field: params?.field as string | undefined,
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
