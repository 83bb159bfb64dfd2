import { t } from '@lingui/core/macro'
import { useDeferredValue, useEffect } from 'react'
import { useSnapshot } from 'valtio'
import { withResults } from '../i18n/parts'
import { Door } from '../lobby/door'
import { LobbyPage } from '../lobby/lobby-page'
import { loadRemote, loadWaitingRoom } from '../results/load-waiting'
import { enterPoll } from '../session/connection'
import type { Seat } from '../session/memory'
import { store } from '../session/store'
import { Page, Waiting } from '../ui/page'
import { ahead, page } from '../ui/part'
import { VotingPage } from '../voting/voting-page'
import { ConnectionBanner } from './connection-note'
import { Ended } from './ended'
import { useHeadsUp } from './heads-up'
import { Narrator } from './narrator'
import { usePoll } from './use-poll'

export const loadResults = withResults(() => import('../results/results-page'))
const ResultsPage = page(loadResults)

/** A poll for somebody who has a seat in it. */
export default function Inside({
  pollID,
  seat,
  onJoinAgain,
}: {
  pollID: string
  seat: Seat
  onJoinAgain: () => void
}) {
  useEffect(() => enterPoll(pollID, seat.token), [pollID, seat]) // a seat that is taken again is another one
  const { pollID: entered, poll, me, ended, door } = useSnapshot(store)
  const isLate = entered === pollID && ended === 'closed'
  useEffect(() => {
    if (isLate) onJoinAgain() // at the door there is the result, or when there will be one
  }, [isLate, onJoinAgain])
  if (entered === pollID && door && !ended) {
    return <Door door={door} />
  }
  if (entered !== pollID || ended === 'closed' || (!ended && !(poll && me))) return <Taking />
  if (ended) return <Ended reason={ended} topic={poll?.settings.topic} onJoinAgain={onJoinAgain} />
  return (
    <>
      <ConnectionBanner />
      <Narrator />
      <Phases />
    </>
  )
}

const Taking = () => (
  <Page>
    <ConnectionBanner />
    <Waiting alone label={t`Taking your seat`} />
  </Page>
)

function Phases() {
  const { poll, isHost } = usePoll()
  const shown = useDeferredValue(poll.phase) // a page stays until the next one is there
  useHeadsUp()
  useEffect(() => {
    if (poll.phase !== 'voting') return
    ahead(loadResults)
    if (!poll.settings.reveal) return
    ahead(loadWaitingRoom)
    if (isHost) ahead(loadRemote)
  }, [poll.phase, poll.settings.reveal, isHost])
  switch (shown) {
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
