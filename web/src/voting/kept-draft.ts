import type { Me } from '../contract.gen'
import { optionsOf, type Poll } from '../poll/use-poll'
import { draftOf, equalsOf, keepDraft, keepEquals } from '../session/memory'
import { type Draft, type Marks, marksOf, newDraft, ranksOf } from './draft'

type Cast = Pick<Me, 'voted'> & { ballot: readonly string[]; ranks?: readonly number[] }

/** How many places a ballot has. */
export const placesIn = (poll: Poll) => Math.min(poll.settings.votesPerVoter, optionsOf(poll).length)

/** The draft that this browser has kept; else one of the ballot that was cast. */
export const draftFor = (poll: Poll, me: Cast) =>
  draftOfMarks(poll, keptMarks(poll.id) ?? castMarks(poll, me))

/** Keeps a draft for the next visit; one that says nothing new need not be kept. */
export function keep(poll: Poll, me: Cast, { ranking, tied, rest }: Marks) {
  const isNew = !same({ ranking, tied, rest }, castMarks(poll, me))
  keepDraft(poll.id, isNew ? ranking : null)
  keepEquals(poll.id, isNew && (tied.length > 0 || rest) ? { tied, rest } : null)
}

/** Whether a draft is kept that says something else than the ballot that was cast. */
export function isChanged(poll: Poll, me: Cast): boolean {
  if (me.voted && !poll.settings.changeableVote) return false
  const kept = keptMarks(poll.id)
  return kept !== undefined && !same(draftOfMarks(poll, kept), castMarks(poll, me))
}

export function forgetDraft(pollID: string) {
  keepDraft(pollID, null)
  keepEquals(pollID, null)
}

const castMarks = (poll: Poll, { ballot, ranks }: Cast) => marksOf(ballot, ranks, placesIn(poll))

const draftOfMarks = (poll: Poll, marks: Marks): Draft =>
  newDraft(marks, id => id in poll.nominations, placesIn(poll))

function keptMarks(pollID: string): Marks | undefined {
  const ranking = draftOf(pollID)
  return ranking ? { tied: [], rest: false, ...equalsOf(pollID), ranking } : undefined
}

const same = (a: Marks, b: Marks) => written(a) === written(b)

const written = (marks: Marks) => JSON.stringify([marks.ranking, ranksOf(marks), marks.rest])
