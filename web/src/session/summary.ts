import type { Summary } from '../contract.gen'
import { normaliseCode } from '../poll/code'
import { getSummary, noPoll } from './api'
import { noted } from './overdue'

/** What was learned of a poll on the way to its page, so that the page need not ask again. */
let known: Summary | undefined
/** A code that no poll has, as the server said with the page. */
let missing: string | undefined

/** Takes what the server put into the page itself: of its poll, or null. */
function takeEmbedded() {
  const data = document.getElementById('summary')?.textContent
  if (!data) return
  known = (JSON.parse(data) as Summary | null) ?? undefined
  if (!known) missing = normaliseCode(location.pathname.split('/').at(-1) ?? '')
}
takeEmbedded()

/** What anybody may know of a poll; asked before its page is opened. */
export async function ask(pollID: string, signal: AbortSignal): Promise<Summary> {
  known = await noted(getSummary(pollID, signal))
  return known
}

/** Forgets what was known: it is of another time once somebody has been in a poll. */
export function forgetSummary() {
  known = missing = undefined
}

/** The same for its page. What was known is used once. */
export async function summaryOf(pollID: string, signal: AbortSignal): Promise<Summary> {
  const summary = known?.id === pollID ? known : undefined
  const none = missing === pollID
  forgetSummary()
  if (none) throw noPoll()
  return summary ?? noted(getSummary(pollID, signal))
}
