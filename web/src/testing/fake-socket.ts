import type { Answer, ClientToServerEvents, ServerToClientEvents } from '../contract.gen'

type Listener = (data: unknown) => void

interface Sent {
  event: string
  data: Record<string, unknown>
  answer: (answer: unknown) => void
  fail: (error: Error) => void
}

/** As much of a socket of socket.io-client as we use, with the server's end in the test's hand. */
export class FakeSocket {
  connected = false
  /** Whether it reconnects. */
  active = true
  /** What was sent and is not answered. */
  sent: Sent[] = []
  connects = 0
  readonly options: { auth: { token: string } }
  readonly io = { on: () => undefined }
  private anyListeners = new Set<Listener>()
  private listeners = new Map<string, Set<Listener>>()

  constructor(options: { auth: { token: string } }) {
    this.options = options
  }

  on(event: string, listener: Listener) {
    this.listeners.set(event, (this.listeners.get(event) ?? new Set()).add(listener))
    return this
  }

  onAny(listener: Listener) {
    this.anyListeners.add(listener)
    return this
  }

  off(event?: string, listener?: Listener) {
    if (event === undefined) this.listeners.clear()
    else if (listener) this.listeners.get(event)?.delete(listener)
    return this
  }

  connect() {
    this.connects++
    return this
  }

  disconnect() {
    if (this.connected) this.drop('io client disconnect')
    return this
  }

  timeout() {
    return {
      emitWithAck: (event: string, data: Record<string, unknown>) =>
        new Promise((answer, fail) => this.sent.push({ event, data, answer, fail })),
    }
  }

  // The server's end.

  receive<E extends keyof ServerToClientEvents>(event: E, data: Parameters<ServerToClientEvents[E]>[0]) {
    for (const listener of this.anyListeners) listener(event)
    this.dispatch(event, data)
  }

  open() {
    this.connected = true
    this.active = true
    this.dispatch('connect', undefined)
  }

  /** The connection ends; what waits for an answer fails. */
  drop(reason = 'transport close') {
    this.connected = false
    this.active = reason !== 'io server disconnect'
    for (const { fail } of this.sent.splice(0)) fail(new Error('socket has been disconnected'))
    this.dispatch('disconnect', reason)
  }

  refuse(message: string, reason = 'any') {
    this.active = false
    this.dispatch('connect_error', Object.assign(new Error(message), { data: { code: 'any', reason } }))
  }

  /** Takes the oldest thing that was sent, which must be this event. */
  take(event: keyof ClientToServerEvents): Sent {
    const sent = this.sent.shift()
    if (sent?.event !== event) throw new Error(`sent ${sent?.event}, not ${event}`)
    return sent
  }

  /** Answers the oldest thing that was sent, and returns what it carried. */
  answer(event: keyof ClientToServerEvents, answer: Answer | Record<string, unknown>) {
    const sent = this.take(event)
    sent.answer(answer)
    return sent.data
  }

  private dispatch(event: string, data: unknown) {
    for (const listener of [...(this.listeners.get(event) ?? [])])
      listener(data instanceof Error ? data : structuredClone(data))
  }
}

/** Every socket of the test, the latest last. */
export const sockets: FakeSocket[] = []

export function fakeIO(_url: string, options: { auth: { token: string } }) {
  const socket = new FakeSocket(options)
  sockets.push(socket)
  return socket
}

export function lastSocket(): FakeSocket {
  const socket = sockets.at(-1)
  if (!socket) throw new Error('no socket')
  return socket
}
