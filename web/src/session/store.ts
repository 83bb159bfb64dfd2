import { proxy } from 'valtio'
import type { Door, EndReason, Me, PollDocument, PollPatch, PollState } from '../contract.gen'
import type { Pending } from './command'
import { mergePatch } from './patch'

/** Why this page is no longer in its poll: what the server said, or how it refused the token. */
export type Ended = EndReason | 'forbidden' | 'gone'

/** Whether it ended for everybody, and not for this person alone. */
export const isOver = (reason: string) => ['cancelled', 'expired', 'gone'].includes(reason)

interface Store {
  /** The code of the poll this page is in; '' if it is in none. */
  pollID: string
  connection: 'connecting' | 'online' | 'offline'
  /** Why the server does not let us in for now, as a sentence; null if it does, or cannot be reached. */
  refusal: string | null
  /** What everybody in the poll sees, as the server published it. */
  poll: PollDocument | null
  /** The version of poll; the next patch starts from it. */
  version: number
  /** What concerns this person alone. */
  me: Me | null
  ended: Ended | null
  /** What is known of the poll while a host has not let us in; null once we are. */
  door: Door | null
  /** Commands that are not answered yet, oldest first. */
  pending: Pending[]
}

const blank: Store = {
  pollID: '',
  connection: 'connecting',
  refusal: null,
  poll: null,
  version: 0,
  me: null,
  ended: null,
  door: null,
  pending: [],
}

/** The state of the client, all of it that comes from the server. */
export const store = proxy<Store>({ ...blank, pending: [] })

export function resetStore(pollID = '') {
  Object.assign(store, blank, { pollID, pending: [] })
}

export function setState({ version, poll }: PollState) {
  store.poll = poll
  store.version = version
}

/** Applies a patch; false if something between the version that is here and it is missing. */
export function applyPatch({ from, to, patch }: PollPatch): boolean {
  if (to < store.version || (to === store.version && from < to)) return true // known already
  if (!store.poll || from !== store.version) return false
  mergePatch(store.poll, patch)
  store.version = to
  return true
}
