/** A number with its noun: "1 vote", "2 votes". */
export const count = (n: number, noun: string, nouns = `${noun}s`) => `${number(n)} ${n === 1 ? noun : nouns}`

const numbers = new Intl.NumberFormat(undefined, { maximumFractionDigits: 2 })

export const number = (n: number) => numbers.format(n)

const lists = new Intl.ListFormat('en', { type: 'conjunction' })

export const list = (words: readonly string[]) => lists.format(words)

/** A word of a person's own within a sentence of ours, whatever direction it is written in. */
export const isolate = (word: string) => `\u2068${word}\u2069`

/** A moment for people: its time, and its day unless that is today. */
export function moment(at: string, now = new Date()): string {
  const then = new Date(at)
  const today = then.toDateString() === now.toDateString()
  return then.toLocaleString(undefined, {
    ...(!today && { weekday: 'short', day: 'numeric', month: 'short' }),
    hour: 'numeric',
    minute: '2-digit',
  })
}
