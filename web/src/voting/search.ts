/** What a text has in common with all that a person would search it by: no case, no accents. */
const fold = (text: string) => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()

/** Finds texts that have all the words of a query, in any order, in whole or in part. */
export function matcher(query: string): (text: string) => boolean {
  const words = fold(query).split(/\s+/).filter(Boolean)
  return text => {
    const folded = fold(text)
    return words.every(word => folded.includes(word))
  }
}
