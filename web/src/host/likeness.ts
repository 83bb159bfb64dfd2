import type { Option } from '../poll/use-poll'

const near = 0.55 // of two texts' pairs of letters: "Pizza" and "pizzas" have more in common, "Ramen" and "Raki" less

/** Options that may be the same one: the first of each group is the oldest of it. */
export function alike(options: readonly Option[]): Option[][] {
  const texts = options.map(({ text }) => pairsOf(text))
  const taken = new Set<number>()
  return options.flatMap((option, i) => {
    if (taken.has(i)) return []
    const group = [option]
    for (let j = i + 1; j < options.length; j++) {
      const other = options[j]
      if (!other || taken.has(j) || likeness(texts[i], texts[j]) < near) continue
      taken.add(j)
      group.push(other)
    }
    return group.length > 1 ? [group] : []
  })
}

/** The Sørensen-Dice coefficient of two texts' pairs of letters, from 0 to 1. */
function likeness(a: Pairs | undefined, b: Pairs | undefined): number {
  if (!a || !b || a.total + b.total === 0 || a.numbers !== b.numbers) return 0
  let common = 0
  for (const [pair, n] of a.counts) common += Math.min(n, b.counts.get(pair) ?? 0)
  return (2 * common) / (a.total + b.total)
}

interface Pairs {
  counts: Map<string, number>
  total: number
  /** Those in the text: "Room 1" is not "Room 2". */
  numbers: string
}

/** The pairs of neighbouring letters in a text's words, where case, accents and punctuation do not count. */
function pairsOf(text: string): Pairs {
  const words =
    text
      .normalize('NFKD')
      .replace(/\p{M}/gu, '')
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? []
  const counts = new Map<string, number>()
  let total = 0
  for (const word of words) {
    const letters = [...word]
    const pairs =
      letters.length === 1 ? letters : letters.slice(1).map((letter, i) => `${letters[i]}${letter}`)
    for (const pair of pairs) counts.set(pair, (counts.get(pair) ?? 0) + 1)
    total += pairs.length
  }
  return { counts, total, numbers: words.filter(word => /\p{N}/u.test(word)).join(' ') }
}
