import type { Answer } from '../contract.gen'
import type { CommandName, Pending } from './command'
import { keepOutbox, outboxOf } from './memory'
import { store } from './store'

const lateAfter = 2_500

/** Those waiting for an answer on this page; after a reload nobody does. */
const waiting = new Map<string, (answer: Answer) => void>()

/** Puts a command into the outbox, where it stays until it is settled, whatever happens to the page. */
export function post(event: CommandName, payload: object): { pending: Pending; answer: Promise<Answer> } {
  const commandID = randomID()
  store.pending.push({ event, payload: { ...payload, commandID }, late: false })
  const pending = store.pending.at(-1) as Pending // as the store has it
  keep()
  setTimeout(() => {
    pending.late = true
  }, lateAfter)
  return { pending, answer: new Promise(resolve => waiting.set(commandID, resolve)) }
}

/** Takes up what an earlier visit to the poll left unanswered. */
export function resumeOutbox(pollID: string) {
  store.pending = (outboxOf(pollID) ?? []).map(pending => ({ ...pending, late: true }))
}

/** Settles a command with its answer; false if nobody on this page waits for it any more. */
export function settle({ payload: { commandID } }: Pending, answer: Answer): boolean {
  store.pending = store.pending.filter(pending => pending.payload.commandID !== commandID)
  keep()
  const resolve = waiting.get(commandID)
  waiting.delete(commandID)
  resolve?.(answer)
  return resolve !== undefined
}

export const isPending = ({ payload: { commandID } }: Pending) =>
  store.pending.some(pending => pending.payload.commandID === commandID)

/** Gives everything up: the poll is over for this person, and the page says why. */
export function emptyOutbox() {
  for (const pending of [...store.pending]) settle(pending, { ok: true })
}

function keep() {
  const kept = store.pending.map(({ event, payload }) => ({ event, payload: { ...payload } }))
  keepOutbox(store.pollID, kept.length > 0 ? kept : null)
}

/** 128 random bits. crypto.randomUUID would need HTTPS, which a server on the local network lacks. */
function randomID(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), byte =>
    byte.toString(16).padStart(2, '0'),
  ).join('')
}
