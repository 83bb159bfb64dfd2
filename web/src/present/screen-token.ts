import { base } from '../base'
import { keepScreen, screenOf } from '../session/memory'

/** Where a screen shows a poll. The token is in the fragment, which no server and no log sees. */
export const screenLink = (site: string, pollID: string, token: string) =>
  `${site}/present/${pollID}#${token}`

/**
 * The token of the screen at this address. It is taken out of the address, which people
 * in the room can read, and kept for a reload.
 */
export function takeScreenToken(pollID: string): string | null {
  const token = location.hash.slice(1)
  if (token) {
    keepScreen(pollID, token)
    history.replaceState(history.state, '', `${base}/present/${pollID}`)
  }
  return screenOf(pollID)
}
