import { Suspense } from 'react'
import { withPresent } from '../i18n/parts'
import { PollFrame } from '../poll/poll-frame'
import { PollHeader } from '../poll/poll-header'
import { usePoll } from '../poll/use-poll'
import { part } from '../ui/insist'
import { outcomeOf } from './outcome'
import { OwnPart } from './own-part'
import { ResultsView } from './results-view'
import { WaitingRoom } from './waiting-room'

const Remote = part(withPresent(() => import('../present/remote')))

/** The end of a poll, for those who took part. */
export default function ResultsPage() {
  const { poll, me } = usePoll()
  const outcome = outcomeOf(poll)
  return (
    <PollFrame pollID={poll.id}>
      <PollHeader phase={poll.phase} topic={poll.settings.topic} />
      <div className="min-h-dvh">
        {(outcome || !poll.reveal) && <OwnPart />}
        {me.role !== 'participant' && poll.reveal && (
          <Suspense>
            <Remote poll={poll} />
          </Suspense>
        )}
        {!outcome && poll.reveal && <WaitingRoom poll={poll} />}
        {outcome && <ResultsView outcome={outcome} ballot={me.ballot} receipt={me.receipt} />}
      </div>
    </PollFrame>
  )
}
