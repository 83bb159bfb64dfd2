import { t } from '@lingui/core/macro'
import { useSnapshot } from 'valtio'
import { usePoll } from '../poll/use-poll'
import { store } from '../session/store'
import { isChanged } from '../voting/kept-draft'

/** What became of one's own vote, for those who might not know: the result does not say so. */
export function OwnPart() {
  const { poll, me } = usePoll()
  const { pending } = useSnapshot(store)
  const underWay = pending.some(({ event }) => event === 'submit_rankings')
  const words = underWay
    ? t`Whether your ballot arrived before the close is not confirmed yet.`
    : me.spectates
      ? undefined
      : isChanged(poll, me)
        ? me.voted
          ? t`Your earlier ballot counts. The change to it was not submitted.`
          : t`Voting closed before you submitted your ballot, so it is not counted.`
        : me.voted
          ? undefined
          : t`You did not vote in this poll.`
  return (
    <div role="status" className="empty:hidden print:hidden">
      {words && <p className="mb-5 rounded-2xl bg-sunk px-4 py-3 font-semibold">{words}</p>}
    </div>
  )
}
