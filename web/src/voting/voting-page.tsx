import { t } from '@lingui/core/macro'
import { Suspense, useState } from 'react'
import { withHost } from '../i18n/parts'
import { Countdown, LastCall } from '../poll/countdown'
import { Exits } from '../poll/exits'
import { phaseName } from '../poll/phases'
import { PollFrame } from '../poll/poll-frame'
import { PollHeader } from '../poll/poll-header'
import { Rules } from '../poll/rules'
import { type Poll, usePoll, votersOf } from '../poll/use-poll'
import { ActionBar } from '../ui/action-bar'
import { Waiting } from '../ui/page'
import { part } from '../ui/part'
import { number } from '../ui/words'
import { BallotEditor } from './ballot-editor'
import { isChanged } from './kept-draft'
import { Onlooker } from './onlooker'
import { Submitted } from './submitted'
import { Turnout } from './turnout'

const CloseButton = part(withHost(() => import('../host/close-button')))

/** Where people rank; after that, their ballot, and how many have voted. */
export function VotingPage() {
  const { poll, me } = usePoll()
  const [changing, setChanging] = useChanging(poll, me)
  return (
    <PollFrame pollID={poll.id}>
      <PollHeader phase={phaseName(poll)} topic={poll.settings.topic}>
        <Rules poll={poll} />
      </PollHeader>
      <LastCall poll={poll} />
      <Suspense fallback={<Waiting />}>
        {(me.voted || me.spectates) && !changing ? (
          <>
            <div className="grid items-start gap-5 lg:grid-cols-[1fr_22rem] lg:gap-x-8">
              {me.voted ? <Submitted onChange={() => setChanging(true)} /> : <Onlooker />}
              <Turnout />
            </div>
            <WaitBar />
          </>
        ) : (
          <BallotEditor onDone={() => setChanging(false)} />
        )}
        <Exits />
      </Suspense>
    </PollFrame>
  )
}

/** Whether a ballot that was cast is being changed: also from an earlier visit on, until it is cast as it is kept. */
function useChanging(poll: Poll, me: Parameters<typeof isChanged>[1]) {
  const goesOn = () => me.voted && isChanged(poll, me)
  const [changing, setChanging] = useState(goesOn)
  const cast = JSON.stringify([me.ballot, me.ranks])
  const [seen, setSeen] = useState(cast)
  if (seen !== cast) {
    setSeen(cast)
    setChanging(changing && goesOn())
  }
  return [changing, setChanging] as const
}

/** What people with nothing left to do wait for; for hosts, its end. */
function WaitBar() {
  const { poll, isHost } = usePoll()
  return (
    <ActionBar
      status={
        <p>
          {isHost ? hostStatus(poll) : !poll.settings.closesAt && t`Voting ends when the host closes it.`}{' '}
          <Countdown poll={poll} className="ms-2" />
        </p>
      }
    >
      {isHost && (
        <Suspense>
          <CloseButton look="primary" />
        </Suspense>
      )}
    </ActionBar>
  )
}

const hostStatus = (poll: Poll) =>
  poll.ballotCount === undefined
    ? t`Voting is open.`
    : t`Ballots: ${number(poll.ballotCount)} of ${number(votersOf(poll))}`
