import { getSummary, RequestError } from './api'
import { serverNow } from './clock'
import { seats, takeSeat } from './memory'
import { abandon } from './outbox'

const atOnce = 3 // a server takes many codes that lead nowhere for guesses

/**
 * Forgets the polls of this browser that are gone, on their server's word alone: their hosts
 * may have had them end later, and the clock of this device may be wrong.
 */
export async function forgetGone() {
  const due = seats()
    .filter(({ expiresAt }) => expiresAt && Date.parse(expiresAt) < serverNow())
    .sort((a, b) => (a.expiresAt ?? '').localeCompare(b.expiresAt ?? ''))
  for (const { pollID, ...seat } of due.slice(0, atOnce)) {
    try {
      const { expiresAt, topic } = await getSummary(pollID)
      takeSeat(pollID, { ...seat, expiresAt, topic })
    } catch (error) {
      if (!(error instanceof RequestError) || error.status !== 404) return
      abandon(pollID, 'gone')
    }
  }
}
