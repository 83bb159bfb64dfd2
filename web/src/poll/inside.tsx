import { t } from '@lingui/core/macro'
import { Suspense, useEffect } from 'react'
import { useSnapshot } from 'valtio'
import { withHost, withResults } from '../i18n/parts'
import { LobbyPage } from '../lobby/lobby-page'
import { enterPoll } from '../session/connection'
import type { Seat } from '../session/memory'
import { store } from '../session/store'
import { part } from '../ui/insist'
import { Page, Waiting } from '../ui/page'
import { VotingPage } from '../voting/voting-page'
import { ConnectionBanner } from './connection-note'
import { Ended } from './ended'
import { useHeadsUp } from './heads-up'
import { Narrator } from './narrator'
import { usePoll } from './use-poll'

export const loadResults = withResults(() => import('../results/results-page'))
const ResultsPage = part(loadResults)
const Door = part(withHost(() => import('../host/door')))

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
  if (entered === pollID && door && !ended) {
    return (
      <Suspense fallback={<Taking />}>
        <Door door={door} />
      </Suspense>
    )
  }
  if (entered !== pollID || (!ended && !(poll && me))) return <Taking />
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
    <Waiting label={t`Taking your seat`} />
  </Page>
)

function Phases() {
  const { poll } = usePoll()
  useHeadsUp()
  useEffect(() => {
    if (poll.phase === 'voting') loadResults().catch(() => {}) // so that the result does not wait for its page
  }, [poll.phase])
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
