import { draftOf, equalsOf, keepDraft, keepEquals } from '../session/memory'

const mark = '&draft='
const most = 400 // characters, with which phones still read the picture: 44 options

/**
 * The ballot that this device has begun, for what follows # in the address at which another device goes on: no server is
 * sent that. Ids stand in their order, after a dot or, on the place of the one before, a dash; an asterisk at the end puts
 * the others last. Empty without such a ballot; undefined if it is too long.
 */
export function draftAlong(pollID: string): string | undefined {
  const ranking = draftOf(pollID)
  if (!ranking) return ''
  const { tied = [], rest = false } = equalsOf(pollID) ?? {}
  const written = ranking.map(id => (tied.includes(id) ? '-' : '.') + id).join('') + (rest ? '*' : '')
  return written.length > most ? undefined : mark + written
}

/** The ballot that came with the address of this page, as it is written there; undefined if none did. */
export const draftInAddress = () => location.hash.split(mark)[1]

/**
 * Keeps such a ballot in the place of what was begun here, by another person perhaps. A draft leaves out what it names
 * and the poll does not have.
 */
export function takeDraft(pollID: string, written: string | undefined) {
  if (written === undefined) {
    keepDraft(pollID, null)
    keepEquals(pollID, null)
    return
  }
  const ranked = [...written.slice(0, most).matchAll(/([.-])(\w+)/g)]
  const ids = (marks: typeof ranked) => marks.map(([, , id = '']) => id)
  const tied = ids(ranked.filter(([, between]) => between === '-'))
  const rest = written.endsWith('*')
  keepDraft(pollID, ids(ranked))
  keepEquals(pollID, tied.length > 0 || rest ? { tied, rest } : null)
}
