import { t } from '@lingui/core/macro'
import { useEffect, useState } from 'react'
import { useSnapshot } from 'valtio'
import { usePoll } from '../poll/use-poll'
import { draftOf, keepDraft } from '../session/memory'
import { store } from '../session/store'

/** What became of one's own vote, for those who might not know: the result does not say so. */
export function OwnPart() {
  const { poll, me } = usePoll()
  const { pending } = useSnapshot(store)
  const [draft] = useState(() => draftOf(poll.id) ?? [])
  useEffect(() => keepDraft(poll.id, null), [poll.id])
  const underWay = pending.some(({ event }) => event === 'submit_rankings')
  const words = underWay
    ? t`Whether your ballot arrived before the close is not confirmed yet.`
    : me.voted
      ? undefined
      : draft.length > 0
        ? t`Voting closed before you submitted your ballot, so it is not counted.`
        : t`You did not vote in this poll.`
  return (
    <div role="status" className="empty:hidden">
      {words && <p className="mb-5 rounded-2xl bg-sunk px-4 py-3 font-semibold">{words}</p>}
    </div>
  )
}
