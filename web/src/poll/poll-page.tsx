import { t } from '@lingui/core/macro'
import { useEffect, useState } from 'react'
import { useSnapshot } from 'valtio'
import { LobbyPage } from '../lobby/lobby-page'
import { ResultsPage } from '../results/results-page'
import { enterPoll } from '../session/connection'
import { type Seat, seatOf } from '../session/memory'
import { store } from '../session/store'
import { Page, useTitle, Waiting } from '../ui/page'
import { VotingPage } from '../voting/voting-page'
import { ConnectionBanner } from './connection-banner'
import { Ended } from './ended'
import { Invitation } from './invitation'
import { Narrator } from './narrator'
import { phaseNames } from './phases'
import { usePoll } from './use-poll'

/** Everything at /p/CODE: the way in, the poll in each of its phases, and its end. */
export default function PollPage({ pollID }: { pollID: string }) {
  const [seat, setSeat] = useState(() => seatOf(pollID))
  if (!seat) return <Invitation pollID={pollID} onJoined={setSeat} />
  const joinAgain = () => {
    const left = seatOf(pollID)
    setSeat(left && { ...left, left: false })
  }
  if (seat.left) return <Ended reason="left" topic={seat.topic} onJoinAgain={joinAgain} />
  return <Inside pollID={pollID} seat={seat} onJoinAgain={joinAgain} />
}

function Inside({ pollID, seat, onJoinAgain }: { pollID: string; seat: Seat; onJoinAgain: () => void }) {
  useEffect(() => enterPoll(pollID, seat.token), [pollID, seat]) // a seat that is taken again is another one
  const { pollID: entered, poll, me, ended } = useSnapshot(store)
  if (entered !== pollID || (!ended && !(poll && me))) {
    return (
      <Page>
        <ConnectionBanner />
        <Waiting label={t`Taking your seat`} />
      </Page>
    )
  }
  if (ended) return <Ended reason={ended} topic={poll?.settings.topic} onJoinAgain={onJoinAgain} />
  return (
    <>
      <ConnectionBanner />
      <Narrator />
      <Phases />
    </>
  )
}

function Phases() {
  const { poll } = usePoll()
  useTitle(`${phaseNames[poll.phase]}: ${poll.settings.topic}`)
  switch (poll.phase) {
    case 'lobby':
      return <LobbyPage />
    case 'voting':
      return <VotingPage />
    case 'closed':
      return <ResultsPage />
    case 'cancelled':
      return <Ended reason="cancelled" topic={poll.settings.topic} />
  }
}
