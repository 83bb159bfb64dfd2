import type { Pending } from './command'

/** What this browser remembers between visits. Everything works, if less long, where storage is blocked. */

export interface Seat {
  /** The right to take part; it ends with the poll. */
  token: string
  topic: string
  /** When the poll is over, RFC 3339; absent until the server said so. */
  expiresAt?: string
  /** Its owner has left, and comes back as the same person if they want to. */
  left?: boolean
}

const seatKey = (pollID: string) => `caucus.seat.${pollID}`
const nameKey = 'caucus.name'
const vibrateKey = 'caucus.vibrate'
const localeKey = 'caucus.locale'
const draftKey = (pollID: string) => `caucus.draft.${pollID}`
const equalsKey = (pollID: string) => `caucus.equals.${pollID}`
const screenKey = (pollID: string) => `caucus.screen.${pollID}`
const screenedKey = (pollID: string) => `caucus.screened.${pollID}`
const outboxKey = (pollID: string) => `caucus.outbox.${pollID}`

/** What storage does not take, because it is blocked or full. It goes before what is in storage from an earlier time. */
const unstored = new Map<string, string>()

function read(storage: () => Storage, key: string): string | null {
  try {
    return unstored.get(key) ?? storage().getItem(key)
  } catch {
    return null
  }
}

function write(storage: () => Storage, key: string, value: string | null) {
  unstored.delete(key)
  try {
    if (value === null) storage().removeItem(key)
    else storage().setItem(key, value)
  } catch {
    if (value !== null) unstored.set(key, value)
  }
}

function parse<T>(text: string | null): T | null {
  try {
    return text === null ? null : (JSON.parse(text) as T)
  } catch {
    return null
  }
}

/** A list as it was kept; null for anything else, such as what another program has put there. */
function parseList<T>(text: string | null): T[] | null {
  const list = parse<T[]>(text)
  return Array.isArray(list) ? list : null
}

const local = () => localStorage

export const seatOf = (pollID: string) => parse<Seat>(read(local, seatKey(pollID)))
export const takeSeat = (pollID: string, seat: Seat) => write(local, seatKey(pollID), JSON.stringify(seat))
export function giveUpSeat(pollID: string) {
  for (const key of [seatKey, draftKey, equalsKey, outboxKey, screenedKey]) write(local, key(pollID), null)
}

/** The polls this browser is in, by topic. None is forgotten here: whether a poll is over, its server knows. */
export function seats(): (Seat & { pollID: string })[] {
  const keys = new Set(unstored.keys())
  try {
    for (const key of Object.keys(localStorage)) keys.add(key)
  } catch {
    // blocked
  }
  const prefix = seatKey('')
  return [...keys]
    .filter(key => key.startsWith(prefix))
    .flatMap(key => {
      const pollID = key.slice(prefix.length)
      const seat = seatOf(pollID)
      if (seat) return [{ pollID, ...seat }]
      giveUpSeat(pollID)
      return []
    })
    .sort((a, b) => a.topic.localeCompare(b.topic))
}

export const lastName = () => read(local, nameKey) ?? ''
export const rememberName = (name: string) => write(local, nameKey, name)

export const lastLocale = () => read(local, localeKey)
export const rememberLocale = (locale: string) => write(local, localeKey, locale)

/** Whether this device buzzes when there is something to do. */
export const vibrates = () => read(local, vibrateKey) !== null
export const setVibrates = (on: boolean) => write(local, vibrateKey, on ? 'yes' : null)

/** A ballot that is not submitted yet, until it is or the poll is over. */
export const draftOf = (pollID: string) => parseList<string>(read(local, draftKey(pollID)))
export const keepDraft = (pollID: string, draft: readonly string[] | null) =>
  write(local, draftKey(pollID), draft && JSON.stringify(draft))

/** What of a draft is beside its order: who shares a place with the one before, and whether the rest are last. */
interface Equals {
  tied: readonly string[]
  rest: boolean
}
export const equalsOf = (pollID: string) => parse<Equals>(read(local, equalsKey(pollID)))
export const keepEquals = (pollID: string, equals: Equals | null) =>
  write(local, equalsKey(pollID), equals && JSON.stringify(equals))

/** A command that is not answered yet. */
export type Kept = Omit<Pending, 'late'>
/** Those of every tab that has the poll open, or had. */
export const outboxOf = (pollID: string) => parseList<Kept>(read(local, outboxKey(pollID))) ?? []
export function keepOutbox(pollID: string, change: (kept: Kept[]) => Kept[]) {
  const kept = change(outboxOf(pollID))
  write(local, outboxKey(pollID), kept.length > 0 ? JSON.stringify(kept) : null)
}

const tab = () => sessionStorage

/** The token of the screen in this tab. */
export const screenOf = (pollID: string) => read(tab, screenKey(pollID))
export const keepScreen = (pollID: string, token: string | null) => write(tab, screenKey(pollID), token)

/** Whether this browser has opened a big screen for a poll. */
export const hadScreen = (pollID: string) => read(local, screenedKey(pollID)) !== null
export const rememberScreen = (pollID: string) => write(local, screenedKey(pollID), 'yes')
