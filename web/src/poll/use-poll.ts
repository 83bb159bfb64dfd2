import { type Snapshot, useSnapshot } from 'valtio'
import type { Nomination, NominationID, PollDocument } from '../contract.gen'
import { store } from '../session/store'

export type Poll = Snapshot<PollDocument>

/** The poll and the person, in the pages that are shown only when both are known. */
export function usePoll() {
  const { poll, me } = useSnapshot(store)
  if (!poll || !me) throw new Error('usePoll outside a poll')
  return { poll, me, isAdmin: me.role === 'admin', isHost: me.role !== 'participant' }
}

export type Option = Snapshot<Nomination> & { id: NominationID }

/** The nominations in their order. */
export const optionsOf = (poll: Poll): Option[] =>
  Object.entries(poll.nominations)
    .sort(([, a], [, b]) => a.order - b.order)
    .map(([id, nomination]) => ({ id, ...nomination }))

/** How many people may vote: those who only watch do not. */
export const votersOf = ({ participantCount, spectatorCount = 0 }: Poll) => participantCount - spectatorCount
