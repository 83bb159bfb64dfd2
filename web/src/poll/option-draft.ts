import type { DraftOption } from '../contract.gen'
import { characters, limits } from '../ui/characters'

/** Why the server would refuse a link. */
export type LinkFault = 'start' | 'length' | 'user' | 'characters' | 'unseen' | 'address'

/** What keeps a link from being the address of a web page; undefined if nothing does. */
export function linkFault(written: string): LinkFault | undefined {
  const link = written.trim()
  if (!/^https?:\/\//i.test(link)) return 'start'
  if (new TextEncoder().encode(link).length > limits.link) return 'length'
  if (/^https?:\/\/[^/?#]*@/i.test(link)) return 'user'
  if (/[\s<>"]/.test(link)) return 'characters'
  if (/\p{Cc}|(?![\u200c\u200d])\p{Cf}/u.test(link) || link !== link.normalize('NFC')) return 'unseen'
  return isAddress(link) ? undefined : 'address'
}

function isAddress(link: string): boolean {
  try {
    return new URL(link).hostname !== ''
  } catch {
    return false
  }
}

/** Whether the server would refuse an option. */
export const isWrong = ({ text, note = '', link = '' }: DraftOption) =>
  characters(text) === 0 ||
  characters(text) > limits.nomination ||
  characters(note) > limits.note ||
  (link.trim() !== '' && linkFault(link) !== undefined)
