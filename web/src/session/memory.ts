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
const outboxKey = (pollID: string) => `caucus.outbox.${pollID}`

const fallback = new Map<string, string>()

function read(storage: () => Storage, key: string): string | null {
  try {
    return storage().getItem(key)
  } catch {
    return fallback.get(key) ?? null
  }
}

function write(storage: () => Storage, key: string, value: string | null) {
  try {
    if (value === null) storage().removeItem(key)
    else storage().setItem(key, value)
  } catch {
    if (value === null) fallback.delete(key)
    else fallback.set(key, value)
  }
}

function parse<T>(text: string | null): T | null {
  try {
    return text === null ? null : (JSON.parse(text) as T)
  } catch {
    return null
  }
}

const local = () => localStorage

export const seatOf = (pollID: string) => parse<Seat>(read(local, seatKey(pollID)))
export const takeSeat = (pollID: string, seat: Seat) => write(local, seatKey(pollID), JSON.stringify(seat))
export function giveUpSeat(pollID: string) {
  for (const key of [seatKey, draftKey, equalsKey, outboxKey]) write(local, key(pollID), null)
}

/**
 * The polls this browser is in, by topic. Those that are over by the server's time, if
 * that is known, are forgotten: the clock of the device ends nothing.
 */
export function seats(now?: number): (Seat & { pollID: string })[] {
  let keys: string[] = []
  try {
    keys = Object.keys(localStorage)
  } catch {
    keys = [...fallback.keys()]
  }
  const prefix = seatKey('')
  return keys
    .filter(key => key.startsWith(prefix))
    .flatMap(key => {
      const pollID = key.slice(prefix.length)
      const seat = seatOf(pollID)
      if (seat && !(now && seat.expiresAt && Date.parse(seat.expiresAt) < now)) return [{ pollID, ...seat }]
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
export const draftOf = (pollID: string) => parse<string[]>(read(local, draftKey(pollID)))
export const keepDraft = (pollID: string, draft: readonly string[] | null) =>
  write(local, draftKey(pollID), draft && JSON.stringify(draft))

/** What of a draft is beside its order: who shares a place with the one before, and whether the rest are last. */
export interface Equals {
  tied: readonly string[]
  rest: boolean
}
export const equalsOf = (pollID: string) => parse<Equals>(read(local, equalsKey(pollID)))
export const keepEquals = (pollID: string, equals: Equals | null) =>
  write(local, equalsKey(pollID), equals && JSON.stringify(equals))

/** Commands that are not answered yet. */
export const outboxOf = (pollID: string) => parse<Omit<Pending, 'late'>[]>(read(local, outboxKey(pollID)))
export const keepOutbox = (pollID: string, pending: readonly Omit<Pending, 'late'>[] | null) =>
  write(local, outboxKey(pollID), pending && JSON.stringify(pending))

const tab = () => sessionStorage

/** The token of the screen in this tab. */
export const screenOf = (pollID: string) => read(tab, screenKey(pollID))
export const keepScreen = (pollID: string, token: string | null) => write(tab, screenKey(pollID), token)
