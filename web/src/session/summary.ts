import type { Summary } from '../contract.gen'
import { getSummary } from './api'

/** What was learned of a poll on the way to its page, so that the page need not ask again. */
let known: Summary | undefined

/** What anybody may know of a poll; asked before its page is opened. */
export async function ask(pollID: string, signal: AbortSignal): Promise<Summary> {
  known = await getSummary(pollID, signal)
  return known
}

/** The same for its page. What was known is used once. */
export function summaryOf(pollID: string, signal: AbortSignal): Promise<Summary> {
  const summary = known?.id === pollID ? known : undefined
  known = undefined
  return summary ? Promise.resolve(summary) : getSummary(pollID, signal)
}
