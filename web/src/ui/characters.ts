const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' })

/** How many characters a text has as a person sees them and the server counts them. */
export function characters(text: string): number {
  let n = 0
  for (const _ of segmenter.segment(text.normalize('NFC').trim().replace(/\s+/g, ' '))) n++
  return n
}

/** A text for a place where a long one would push everything else away. */
export function shortened(text: string, most: number): string {
  const all = split(text)
  return all.length <= most ? text : cut(all, most - 1)
}

/** As much of a text as `fits`, with "…" for what is missing. */
export function fitting(text: string, fits: (text: string) => boolean): string {
  if (fits(text)) return text
  const all = split(text)
  let [least, most] = [0, Math.max(0, all.length - 1)]
  while (least < most) {
    const middle = Math.ceil((least + most) / 2)
    if (fits(cut(all, middle))) least = middle
    else most = middle - 1
  }
  return cut(all, least)
}

const split = (text: string) => Array.from(segmenter.segment(text), ({ segment }) => segment)
const cut = (all: string[], n: number) => `${all.slice(0, n).join('')}…`

/** The longest texts, in characters. */
export const limits = { topic: 100, name: 25, nomination: 100, note: 280, link: 500 }
