import { i18n } from '@lingui/core'
import { serverNow } from '../session/clock'

// Formats are made once for each language: making one costs more than using it a hundred times.
const cache = new Map<string, unknown>()

function formatter<T>(kind: string, make: (locales: string[]) => T): T {
  const locales = [i18n.locales ?? i18n.locale].flat()
  const key = `${kind} ${locales}`
  if (!cache.has(key)) cache.set(key, make(locales))
  return cache.get(key) as T
}

/** A number as the language writes it, with two digits after the point at most. */
export const number = (n: number) =>
  formatter('number', locales => new Intl.NumberFormat(locales, { maximumFractionDigits: 2 })).format(n)

/** Words as a list in a sentence: "a, b and c". */
export const list = (words: readonly string[]) =>
  formatter('list', locales => new Intl.ListFormat(locales, { type: 'conjunction' })).format(words)

/** A word of a person's own within a sentence of ours, whatever direction it is written in. */
export const isolate = (word: string) => `\u2068${word}\u2069`

/** Such words as a list in a sentence. The list is ours, and stands in no element with a direction of its own. */
export const namesList = (words: readonly string[]) => list(words.map(isolate))

const units = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
] as const

/** A length of time in its largest unit: "30 days", "2 minutes". */
export function span(seconds: number): string {
  const [unit, size] = units.find(([, size]) => seconds >= size) ?? (['second', 1] as const)
  return formatter(
    unit,
    locales =>
      new Intl.NumberFormat(locales, { style: 'unit', unit, unitDisplay: 'long', maximumFractionDigits: 1 }),
  ).format(seconds / size)
}

/** A length of time as a clock shows it: "4:59", "1:04:59". */
export function duration(seconds: number): string {
  const two = formatter('two digits', locales => new Intl.NumberFormat(locales, { minimumIntegerDigits: 2 }))
  const minutes = Math.floor(seconds / 60)
  const whole =
    minutes < 60 ? number(minutes) : `${number(Math.floor(minutes / 60))}:${two.format(minutes % 60)}`
  return `${whole}:${two.format(seconds % 60)}`
}

/** A moment for people: its time, and its day unless that is today, by the server's clock. */
export function moment(at: string, now = serverNow()): string {
  const then = new Date(at)
  const today = then.toDateString() === new Date(now).toDateString()
  const clock = { hour: 'numeric', minute: '2-digit' } as const
  const day = { weekday: 'short', day: 'numeric', month: 'short' } as const
  return formatter(
    `moment ${today}`,
    locales => new Intl.DateTimeFormat(locales, today ? clock : { ...day, ...clock }),
  ).format(then)
}
