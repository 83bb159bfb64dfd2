import { t } from '@lingui/core/macro'
import { io, type Socket } from 'socket.io-client'
import { base } from '../base'
import type {
  Answer,
  Auth,
  ClientToServerEvents,
  PollEnded,
  PollPatch,
  Roster,
  RosterRequest,
  ServerToClientEvents,
  Synced,
} from '../contract.gen'
import { giveUpSeat, seatOf, takeSeat } from './memory'
import { applyPatch, type Ended, resetStore, setState, store } from './store'

type PollSocket = Socket<ServerToClientEvents, ClientToServerEvents>

/** The events that change a poll. */
type CommandName = Exclude<keyof ClientToServerEvents, 'poll_sync' | 'roster'>
type Payload<E extends CommandName> = Omit<Parameters<ClientToServerEvents[E]>[0], 'commandID'>

const answerTimeout = 8_000 // of one try, before it is repeated
const giveUpAfter = 30_000 // of all tries together
const retryDelay = 1_000 // when the server ended or refused the connection: socket.io leaves that to us
const retryDelayMax = 15_000

const dial = (token: string): PollSocket =>
  io('/polls', {
    path: `${base}/socket.io/`,
    auth: { token, patches: true } satisfies Auth,
    transports: ['websocket', 'polling'],
    tryAllTransports: true,
    reconnectionDelay: 500,
    reconnectionDelayMax: 5_000,
    forceNew: true,
  })

/** A poll that was entered, until it is left. */
interface Visit {
  socket: PollSocket
  over: AbortSignal
}

let current: Visit | null = null

/**
 * Enters a poll: the store follows it until the returned function is called, or the
 * poll is over for this person (store.ended). One poll at a time.
 */
export function enterPoll(pollID: string, token: string): () => void {
  resetStore(pollID)
  const socket = dial(token)
  const over = new AbortController()
  const visit: Visit = { socket, over: over.signal }
  current = visit
  let retry: ReturnType<typeof setTimeout> | undefined
  let retries = 0
  let missed: PollPatch[] | null = null // what arrives while poll_sync is under way

  const leave = () => {
    clearTimeout(retry)
    window.removeEventListener('online', wake)
    document.removeEventListener('visibilitychange', wake)
    socket.off()
    socket.disconnect()
    over.abort()
    if (current === visit) current = null
  }
  const end = (reason: Ended) => {
    store.ended = reason
    const seat = seatOf(pollID)
    if (reason === 'left' && seat) takeSeat(pollID, { ...seat, left: true })
    else giveUpSeat(pollID)
    leave()
  }
  const lost = () => {
    store.connection = 'offline'
    if (socket.active) return
    const delay = Math.min(retryDelay * 2 ** retries++, retryDelayMax)
    retry = setTimeout(() => socket.connect(), delay * (1 + Math.random()))
  }
  // A phone that wakes up, or finds a network, need not wait for the next try.
  const wake = () => {
    if (socket.connected || document.visibilityState === 'hidden') return
    clearTimeout(retry)
    socket.disconnect().connect()
  }
  const sync = async () => {
    missed = []
    try {
      const { poll, version } = await ask<Synced>(socket, 'poll_sync', {})
      if (!poll || !version) throw new Error('no state')
      setState({ poll, version })
    } catch {
      // A new connection brings the whole state anyhow; on this one we ask again.
      if (socket.connected) retry = setTimeout(sync, retryDelay)
      return
    }
    const late = missed
    missed = null
    for (const patch of late) onPatch(patch)
  }
  const onPatch = (patch: PollPatch) => {
    if (missed) missed.push(patch)
    else if (!applyPatch(patch)) void sync()
  }

  socket.on('connect', () => {
    store.connection = 'online'
    store.refusal = null
  })
  socket.on('disconnect', lost)
  socket.on('connect_error', error => {
    if (error.message === 'FORBIDDEN') return end('forbidden')
    if (error.message === 'NOT_FOUND') return end('gone')
    // Data comes with the server's own sentences, such as that the poll is full; not with a broken line.
    store.refusal = 'data' in error ? error.message : null
    lost()
  })
  socket.on('poll_state', state => {
    missed = null
    retries = 0
    setState(state)
    takeSeat(pollID, { token, topic: state.poll.settings.topic, expiresAt: state.poll.expiresAt })
  })
  socket.on('poll_patch', onPatch)
  socket.on('me', me => {
    store.me = me
  })
  socket.on('poll_ended', ({ reason }: PollEnded) => end(reason))
  window.addEventListener('online', wake)
  document.addEventListener('visibilitychange', wake)
  return leave
}

const refused = (code: string, message: string) => ({ ok: false, error: { code, message } })
const offline = () =>
  refused('offline', t`You are offline, so nothing was sent. Try again once you are back.`)

/**
 * Sends a command and waits for the answer. Without a connection it is refused at
 * once: nothing is queued. If the connection breaks before the answer, the command
 * is sent again on the next one, under the same id, so that it is applied once.
 */
export async function send<E extends CommandName>(event: E, payload: Payload<E>): Promise<Answer> {
  if (!current?.socket.connected) return offline()
  const { socket, over } = current
  const command = { ...payload, commandID: randomID() }
  const deadline = Date.now() + giveUpAfter
  do {
    try {
      return await ask<Answer>(socket, event, command)
    } catch {
      await connected(socket, over, deadline - Date.now())
    }
    if (over.aborted) return { ok: true } // the poll is over for us, and the page says why
  } while (Date.now() < deadline)
  return refused('unconfirmed', t`The server did not answer. Look whether it happened before you try again.`)
}

/** A page of everybody in the poll; for the admin. */
export async function getRoster(request: RosterRequest): Promise<Roster> {
  if (!current?.socket.connected) return offline()
  return ask<Roster>(current.socket, 'roster', request).catch(() =>
    refused('unconfirmed', t`The server did not answer. Try again.`),
  )
}

/** Emits and waits for the acknowledgement; fails if it takes too long or the connection breaks. */
function ask<T>(socket: PollSocket, event: keyof ClientToServerEvents, data: unknown): Promise<T> {
  const untyped: Socket = socket
  return untyped.timeout(answerTimeout).emitWithAck(event, data)
}

/** Waits until the socket is connected, its poll is over for us, or the time is up. */
function connected(socket: PollSocket, over: AbortSignal, ms: number): Promise<void> {
  if (socket.connected || over.aborted) return Promise.resolve()
  return new Promise(resolve => {
    const done = () => {
      clearTimeout(timer)
      socket.off('connect', done)
      over.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    socket.on('connect', done)
    over.addEventListener('abort', done)
  })
}

/** 128 random bits. crypto.randomUUID would need HTTPS, which a server on the local network lacks. */
function randomID(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), byte =>
    byte.toString(16).padStart(2, '0'),
  ).join('')
}
