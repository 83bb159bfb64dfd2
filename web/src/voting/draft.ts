import type { NominationID } from '../contract.gen'

/** A ballot in the making, with the way back. */
export interface Draft {
  /** Best first. */
  ranking: readonly NominationID[]
  /** What it was before each change, the latest last. */
  past: readonly (readonly NominationID[])[]
}

export type Change =
  | { type: 'toggle'; id: NominationID; places: number }
  | { type: 'move'; from: number; to: number }
  | { type: 'undo' }

/** Starts from a ballot or from an earlier draft; what is no longer on the table is left out. */
export function newDraft(
  ranking: readonly NominationID[],
  known: (id: NominationID) => boolean,
  places: number,
): Draft {
  return { ranking: [...new Set(ranking)].filter(known).slice(0, places), past: [] }
}

/** The draft after a change; the same one if the change does nothing. */
export function changeDraft(draft: Draft, change: Change): Draft {
  const { ranking, past } = draft
  const to = (next: readonly NominationID[]): Draft => ({ ranking: next, past: [...past, ranking] })
  switch (change.type) {
    case 'toggle':
      if (ranking.includes(change.id)) return to(ranking.filter(id => id !== change.id))
      return ranking.length < change.places ? to([...ranking, change.id]) : draft
    case 'move': {
      const moved = ranking[change.from]
      if (moved === undefined || !(change.to in ranking) || change.from === change.to) return draft
      return to(ranking.toSpliced(change.from, 1).toSpliced(change.to, 0, moved))
    }
    case 'undo': {
      const last = past.at(-1)
      return last ? { ranking: last, past: past.slice(0, -1) } : draft
    }
  }
}
