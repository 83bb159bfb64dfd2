import { t } from '@lingui/core/macro'
import { io, type Socket } from 'socket.io-client'
import { base } from '../base'
import type {
  Answer,
  Auth,
  ClientToServerEvents,
  CommandError,
  DeviceCode,
  Moved,
  PollEnded,
  PollPatch,
  Reason,
  Roster,
  RosterRequest,
  Screen,
  ServerToClientEvents,
  Synced,
  Waiting,
  WaitingRequest,
} from '../contract.gen'
import type { AnswerTo, CommandName, Payload, Pending, Question } from './command'
import { giveUpSeat, seatOf, takeSeat } from './memory'
import { endOutbox, isPending, post, resumeOutbox, settle } from './outbox'
import { noted } from './overdue'
import { inWords } from './refusal'
import { applyPatch, type Ended, resetStore, setState, store } from './store'
import { forgetSummary } from './summary'

type PollSocket = Socket<ServerToClientEvents, ClientToServerEvents>

const answerTimeout = 8_000 // of one try, before it is repeated
const questionPatience = 25_000 // for all tries
const stale = 5_000 // without a word from the server: a line is tried before a waking phone trusts it
const probeTimeout = 3_000
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
    timeout: 10_000,
    forceNew: true,
  })

/** A poll that was entered, until it is left. */
interface Visit {
  socket: PollSocket
  /** When anything last came from the server. */
  heardAt: number
}

let current: Visit | null = null

/**
 * Enters a poll: the store follows it until the returned function is called, or the
 * poll is over for this person (store.ended). One poll at a time. A screen shows the
 * poll only: it is nobody, and leaves alone what this browser remembers of a person.
 */
export function enterPoll(pollID: string, token: string, { screen = false } = {}): () => void {
  resetStore(pollID)
  forgetSummary()
  const socket = dial(token)
  const visit: Visit = { socket, heardAt: Date.now() }
  current = visit
  if (!screen) resumeOutbox(pollID)
  let retry: ReturnType<typeof setTimeout> | undefined
  let retries = 0
  let probing = false
  let missed: PollPatch[] | null = null // what arrives while poll_sync is under way

  const leave = () => {
    clearTimeout(retry)
    window.removeEventListener('online', wake)
    document.removeEventListener('visibilitychange', wake)
    socket.off()
    socket.disconnect()
    if (current === visit) current = null
  }
  const end = (reason: Ended) => {
    store.ended = reason
    if (screen) return leave()
    const seat = seatOf(pollID)
    if (reason === 'left' && seat) takeSeat(pollID, { ...seat, left: true })
    else giveUpSeat(pollID)
    endOutbox(reason)
    leave()
  }
  const lost = () => {
    store.connection = 'offline'
    if (socket.active) return
    const delay = Math.min(retryDelay * 2 ** retries++, retryDelayMax)
    retry = setTimeout(() => socket.connect(), delay * (1 + Math.random()))
  }
  const refuse = async (refusal: Reason & { message: string }) => {
    const words = await inWords(refusal)
    if (current === visit && store.connection === 'offline') store.refusal = words
  }
  // A phone that wakes up, or finds a network, need not wait for the next try, nor for the
  // next ping to learn that its line has died meanwhile.
  const wake = () => {
    if (document.visibilityState === 'hidden') return
    if (socket.connected) return void probe()
    clearTimeout(retry)
    socket.disconnect().connect()
  }
  const probe = async () => {
    const askedAt = Date.now()
    if (probing || askedAt - visit.heardAt < stale) return
    probing = true
    const small = ask(visit, 'next_poll', {}).catch(() => {}) // whatever is answered, the line lives
    await Promise.race([small, pause(probeTimeout)])
    probing = false
    if (visit === current && socket.connected && visit.heardAt < askedAt) socket.disconnect().connect()
  }
  let remembered = ''
  // The seat has what this browser says of the poll elsewhere: it follows what hosts change.
  const remember = () => {
    if (screen || !store.poll) return
    const { settings, expiresAt } = store.poll
    const seat = { token, topic: settings.topic, expiresAt }
    const written = JSON.stringify(seat)
    if (written !== remembered) takeSeat(pollID, seat)
    remembered = written
  }
  const sync = async () => {
    missed = []
    try {
      const { poll, version } = await ask<Synced>(visit, 'poll_sync', {})
      if (!poll || !version) throw new Error('no state')
      store.door = null
      setState({ poll, version })
      remember()
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
    else if (applyPatch(patch)) remember()
    else void sync()
  }

  const hear = () => {
    visit.heardAt = Date.now()
  }
  socket.onAny(hear)
  socket.io.on('ping', hear)
  socket.on('connect', () => {
    hear()
    store.connection = 'online'
    store.refusal = null
    for (const pending of [...store.pending]) void deliver(visit, pending)
  })
  socket.on('disconnect', lost)
  socket.on('connect_error', error => {
    if (error.message === 'FORBIDDEN') return end('forbidden')
    if (error.message === 'NOT_FOUND') return end('gone')
    // Data comes with the server's own refusals, such as that the poll is full; not with a broken line.
    const why = 'data' in error && (error.data as Reason)
    if (why && why.reason === 'closed_to_newcomers') return end('closed')
    lost()
    if (why) void refuse({ ...why, message: error.message })
    else store.refusal = null
  })
  socket.on('poll_state', state => {
    missed = null
    retries = 0
    store.door = null
    setState(state)
    remember()
  })
  socket.on('poll_patch', onPatch)
  socket.on('me', me => {
    store.me = me
  })
  socket.on('waiting', door => {
    retries = 0
    store.door = door
  })
  socket.on('poll_ended', ({ reason }: PollEnded) => end(reason))
  window.addEventListener('online', wake)
  document.addEventListener('visibilitychange', wake)
  return leave
}

type Refusable = { error?: CommandError }
type Refused = { ok: boolean; error: CommandError }

const refused = (code: string, message: string): Refused => ({
  ok: false,
  error: { code, message, reason: code },
})
const offline = () => refused('offline', t`There is no connection to the server. Try again in a moment.`)

/**
 * Sends a command and waits for the answer, however long that takes: without a
 * connection it waits for one, and when the connection breaks before the answer it is
 * sent again on the next one, under the same id, so that it is applied once.
 */
export async function send<E extends CommandName>(event: E, payload: Payload<E>): Promise<AnswerTo<E>> {
  const { pending, answer } = post(event, payload)
  if (current) void deliver(current, pending)
  return answer
}

/** Sends a command until it is answered or the connection breaks; the next one goes on with it. */
async function deliver(visit: Visit, pending: Pending) {
  while (visit.socket.connected && visit === current && isPending(pending)) {
    const answer = await attempt<Answer>(visit, pending.event, { ...pending.payload })
    if (!answer) continue
    if (answer.error?.code !== 'internal') {
      if (isPending(pending)) settle(pending, answer)
      return
    }
    await pause(retryDelay) // whether it took effect is not known: its id makes asking again safe
  }
}

/** Emits and waits for the answer; undefined if none came. */
async function attempt<T>(visit: Visit, event: keyof ClientToServerEvents, data: unknown) {
  const { socket } = visit
  const sentAt = Date.now()
  try {
    return await ask<T>(visit, event, data)
  } catch {
    // A line on which nothing at all has come since is dead, whatever the browser thinks.
    if (socket.connected && visit.heardAt < sentAt) socket.disconnect().connect()
    return undefined
  }
}

/**
 * Asks something that changes nothing: without a connection it is not asked, and not kept.
 * When the answer is lost it is asked again, for a while.
 */
async function question<T extends Refusable>(event: Question, request: object): Promise<T | Refused> {
  const visit = current
  if (!visit?.socket.connected) return offline()
  return noted(answered<T>(visit, event, request))
}

async function answered<T extends Refusable>(visit: Visit, event: Question, request: object) {
  const end = Date.now() + questionPatience
  while (visit === current && Date.now() < end) {
    const answer = visit.socket.connected && (await attempt<T & Refusable>(visit, event, request))
    if (answer) return worded(answer)
    await pause(retryDelay)
  }
  return refused('unconfirmed', t`The server did not answer. Try again.`)
}

/** A page of everybody in the poll; for hosts. */
export const getRoster = (request: RosterRequest): Promise<Roster> => question<Roster>('roster', request)

/** A page of those who wait to be let in; for hosts. */
export const getNewcomers = (request: WaitingRequest): Promise<Waiting> =>
  question<Waiting>('waiting_list', request)

/** A token for a screen that shows the poll to all; for hosts. */
export const getScreen = (): Promise<Screen> => question<Screen>('present', {})

/** A token for the poll that runs this one again. */
export const getNextPoll = (): Promise<Moved> => question<Moved>('next_poll', {})

/** A code with which another device goes on as this person; it works once, for a minute. */
export const getDeviceCode = (): Promise<DeviceCode> => question<DeviceCode>('device_code', {})

/** Emits and waits for the acknowledgement; fails if it takes too long or the connection breaks. */
async function ask<T>(visit: Visit, event: keyof ClientToServerEvents, data: unknown): Promise<T> {
  const untyped: Socket = visit.socket
  const answer = await untyped.timeout(answerTimeout).emitWithAck(event, data)
  visit.heardAt = Date.now()
  return answer
}

/** An answer that says in the person's language why it is a refusal, if it is one. */
async function worded<T extends Refusable>(answer: T): Promise<T> {
  if (!answer.error) return answer
  return { ...answer, error: { ...answer.error, message: await inWords(answer.error) } }
}

const pause = (ms: number) => new Promise(resolve => setTimeout(resolve, ms))
