import type { NominationID } from '../contract.gen'

/** A ballot as it is written down. */
export interface Marks {
  /** Best first. */
  ranking: readonly NominationID[]
  /** Those of the ranking that share the place of the one before them. */
  tied: readonly NominationID[]
  /** All others share one more, last place. */
  rest: boolean
}

/** A ballot in the making, with the way back. */
export interface Draft extends Marks {
  /** What it was before each change, the latest last. */
  past: readonly Marks[]
}

export type Change =
  | { type: 'toggle'; id: NominationID; places: number }
  | { type: 'move'; from: number; to: number; places: number }
  | { type: 'tie'; id: NominationID; places: number }
  | { type: 'rest' }
  | { type: 'undo' }

/** Starts from a ballot or from an earlier draft; what is no longer on the table is left out. */
export function newDraft(
  { ranking, tied, rest }: Marks,
  known: (id: NominationID) => boolean,
  places: number,
): Draft {
  let marks: Marks = { ranking: [...new Set(ranking)], tied: [...tied], rest }
  for (const id of ranking) if (!known(id)) marks = without(marks, id)
  const ranks = ranksOf(marks)
  const most = marks.ranking.findIndex((_, i) => (ranks[i] ?? 0) > places)
  if (most >= 0) for (const id of marks.ranking.slice(most)) marks = without(marks, id)
  return { ...marks, past: [] }
}

/** The place of each option of a ranking, from 1. */
export function ranksOf({ ranking, tied }: Pick<Marks, 'ranking' | 'tied'>): number[] {
  let place = 0
  return ranking.map((id, i) => {
    if (i === 0 || !tied.includes(id)) place++
    return place
  })
}

/** How many places a ballot uses, of those that are given one by one. */
export const placesOf = (marks: Pick<Marks, 'ranking' | 'tied'>) => ranksOf(marks).at(-1) ?? 0

/** A ballot that was cast, whose last place is the rest's if there is one more than may be given. */
export function marksOf(
  ballot: readonly NominationID[],
  ranks: readonly number[] | undefined,
  places: number,
): Marks {
  if (!ranks) return { ranking: ballot, tied: [], rest: false }
  const rest = (ranks.at(-1) ?? 0) > places
  const ranking = ballot.filter((_, i) => (ranks[i] ?? 0) <= places)
  return { ranking, tied: ranking.filter((_, i) => i > 0 && ranks[i] === ranks[i - 1]), rest }
}

/** The draft after a change; the same one if the change does nothing. */
export function changeDraft(draft: Draft, change: Change): Draft {
  const { ranking, tied, rest, past } = draft
  const before: Marks = { ranking, tied, rest }
  const to = (next: Partial<Marks>): Draft => ({ ...before, ...next, past: [...past, before] })
  switch (change.type) {
    case 'toggle':
      if (ranking.includes(change.id)) return to(without(before, change.id))
      return placesOf(before) < change.places ? to({ ranking: [...ranking, change.id] }) : draft
    case 'move': {
      const moves = moved(before, change.from, change.to)
      return moves && placesOf(moves) <= change.places ? to(moves) : draft
    }
    case 'tie': {
      const next = tied.includes(change.id) ? tied.filter(id => id !== change.id) : [...tied, change.id]
      return placesOf({ ranking, tied: next }) <= change.places ? to({ tied: next }) : draft
    }
    case 'rest':
      return to({ rest: !rest })
    case 'undo': {
      const last = past.at(-1)
      return last ? { ...last, past: past.slice(0, -1) } : draft
    }
  }
}

/** A ballot after an option was moved to where another is; undefined if that is not a move. */
export function moved(marks: Marks, from: number, to: number): Marks | undefined {
  const option = marks.ranking[from]
  if (option === undefined || !(to in marks.ranking) || from === to) return undefined
  const others = without(marks, option)
  const next = { ...others, ranking: others.ranking.toSpliced(to, 0, option) }
  // Between two that share a place it shares theirs.
  const follower = next.ranking[to + 1]
  const between = to > 0 && follower !== undefined && next.tied.includes(follower)
  return between ? { ...next, tied: [...next.tied, option] } : next
}

/** Takes an option off. Whoever shared its place keeps sharing it, and the first of them leads. */
function without({ ranking, tied, rest }: Marks, gone: NominationID): Marks {
  const i = ranking.indexOf(gone)
  const heir = tied.includes(gone) ? undefined : ranking[i + 1]
  return {
    ranking: ranking.filter(id => id !== gone),
    tied: tied.filter(id => id !== gone && id !== heir),
    rest,
  }
}
