const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' })

/** How many characters a text has as a person sees them and the server counts them. */
export function characters(text: string): number {
  let n = 0
  for (const _ of segmenter.segment(text.normalize('NFC').trim().replace(/\s+/g, ' '))) n++
  return n
}

/** The characters of a text as a person sees them. */
export const graphemes = (text: string) => Array.from(segmenter.segment(text), ({ segment }) => segment)

/** A text for a place where a long one would push everything else away. */
export function shortened(text: string, most: number): string {
  const all = graphemes(text)
  return all.length <= most ? text : `${all.slice(0, most - 1).join('')}…`
}

/** The longest texts, in characters. */
export const limits = { topic: 100, name: 25, nomination: 100, note: 280, link: 500 }
