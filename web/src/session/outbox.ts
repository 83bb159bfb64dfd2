import type { Answer } from '../contract.gen'
import { report } from './answers'
import type { AnswerTo, CommandName, Pending } from './command'
import { giveUpSeat, type Kept, keepOutbox, outboxOf } from './memory'
import { lateAfter } from './overdue'
import { randomID } from './random-id'
import { type Ended, isOver, store } from './store'

/** Those waiting for an answer on this page; after a reload nobody does. */
const waiting = new Map<string, (answer: Answer) => void>()

/** Puts a command into the outbox, where it stays until it is settled, whatever happens to the page. */
export function post<E extends CommandName>(
  event: E,
  payload: object,
): { pending: Pending; answer: Promise<AnswerTo<E>> } {
  const commandID = randomID()
  const command = { event, payload: { ...payload, commandID } }
  store.pending.push({ ...command, late: false })
  const pending = store.pending.at(-1) as Pending // as the store has it
  keepOutbox(store.pollID, kept => [...kept, command])
  setTimeout(() => {
    pending.late = true
  }, lateAfter)
  return { pending, answer: new Promise(resolve => waiting.set(commandID, resolve)) }
}

/** Takes up what an earlier visit to the poll left unanswered. */
export function resumeOutbox(pollID: string) {
  store.pending = outboxOf(pollID).map(pending => ({ ...pending, late: true }))
}

/** Settles a command with its answer, and tells the person if nobody on this page waits for it any more. */
export function settle({ event, payload }: Pending, answer: Answer) {
  const { commandID } = payload
  store.pending = store.pending.filter(isNot(commandID))
  keepOutbox(store.pollID, kept => kept.filter(isNot(commandID)))
  const resolve = waiting.get(commandID)
  waiting.delete(commandID)
  if (resolve) resolve(answer)
  else void report(event, payload, answer)
}

export const isPending = ({ payload: { commandID } }: Pending) =>
  store.pending.some(pending => pending.payload.commandID === commandID)

/** Settles everything, as well as can be known now that the poll is over for this person. */
export function endOutbox(reason: Ended) {
  for (const pending of [...store.pending]) settle(pending, outcomeAt(reason, pending.event))
}

/** What became of an unanswered command: who asked for the end has it, and nothing else is confirmed any more. */
function outcomeAt(reason: Ended, event: CommandName): Answer {
  const wished = event === 'leave' || (event === 'cancel_poll' && isOver(reason))
  return wished ? { ok: true } : { ok: false, error: { code: 'ended', reason, message: reason } }
}

/** Gives up the seat in a poll that this page is not in, and tells what is not known of what was sent from it. */
export function abandon(pollID: string, reason: Ended) {
  const unanswered = outboxOf(pollID)
  giveUpSeat(pollID)
  for (const { event, payload } of unanswered) void report(event, payload, outcomeAt(reason, event))
}

const isNot =
  (commandID: string) =>
  ({ payload }: Kept) =>
    payload.commandID !== commandID
