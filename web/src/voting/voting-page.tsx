import { t } from '@lingui/core/macro'
import { useState } from 'react'
import { Exits } from '../poll/exits'
import { PollFrame } from '../poll/poll-frame'
import { PollHeader } from '../poll/poll-header'
import { Rules } from '../poll/rules'
import { usePoll } from '../poll/use-poll'
import { ActionBar } from '../ui/action-bar'
import { number } from '../ui/words'
import { BallotEditor } from './ballot-editor'
import { Submitted } from './submitted'
import { CloseButton, Turnout } from './turnout'

/** Where people rank; after that, their ballot, and how many have voted. */
export function VotingPage() {
  const { poll, me, isAdmin } = usePoll()
  const [changing, setChanging] = useState(false)
  return (
    <PollFrame pollID={poll.id}>
      <PollHeader phase={poll.phase} topic={poll.settings.topic}>
        <Rules poll={poll} />
      </PollHeader>
      {me.voted && !changing ? (
        <>
          <div className="grid items-start gap-5 lg:grid-cols-[1fr_22rem] lg:gap-x-8">
            <Submitted onChange={() => setChanging(true)} />
            <Turnout />
          </div>
          <ActionBar status={<p>{isAdmin ? hostStatus(poll) : t`Voting ends when the host closes it.`}</p>}>
            {isAdmin && <CloseButton look="primary" />}
          </ActionBar>
        </>
      ) : (
        <BallotEditor onDone={() => setChanging(false)} />
      )}
      <Exits />
    </PollFrame>
  )
}

const hostStatus = ({ ballotCount, participantCount }: { ballotCount?: number; participantCount: number }) =>
  ballotCount === undefined
    ? t`Voting is open.`
    : t`Ballots: ${number(ballotCount)} of ${number(participantCount)}`
