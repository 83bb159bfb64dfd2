import type { DraftOption } from '../contract.gen'
import { characters, limits } from '../ui/characters'

/** Whether a link leads to a page of the web. */
export function isLink(link: string): boolean {
  if (!/^https?:\/\//i.test(link) || link.length > limits.link) return false
  try {
    return new URL(link).username === ''
  } catch {
    return false
  }
}

/** Whether the server would refuse an option. */
export const isWrong = ({ text, note = '', link = '' }: DraftOption) =>
  characters(text) === 0 ||
  characters(text) > limits.nomination ||
  characters(note) > limits.note ||
  (link !== '' && !isLink(link))
