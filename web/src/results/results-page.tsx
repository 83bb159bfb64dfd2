import { PollFrame } from '../poll/poll-frame'
import { PollHeader } from '../poll/poll-header'
import { usePoll } from '../poll/use-poll'
import { outcomeOf } from './outcome'
import { OwnPart } from './own-part'
import { ResultsView } from './results-view'

/** The end of a poll, for those who took part. */
export default function ResultsPage() {
  const { poll, me } = usePoll()
  const outcome = outcomeOf(poll)
  return (
    <PollFrame pollID={poll.id}>
      <PollHeader phase={poll.phase} topic={poll.settings.topic} />
      <OwnPart />
      {outcome && <ResultsView outcome={outcome} ballot={me.ballot} receipt={me.receipt} />}
    </PollFrame>
  )
}
