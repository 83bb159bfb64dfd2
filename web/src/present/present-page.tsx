import { t } from '@lingui/core/macro'
import { useEffect, useState } from 'react'
import { useSnapshot } from 'valtio'
import { ConnectionBanner } from '../poll/connection-note'
import { Ended } from '../poll/ended'
import { phaseName } from '../poll/phases'
import type { Poll } from '../poll/use-poll'
import { enterPoll } from '../session/connection'
import { store } from '../session/store'
import { Page, useTitle, Waiting } from '../ui/page'
import { Gathering } from './gathering'
import { takeScreenToken } from './screen-token'
import { Show } from './show'
import { useAwake } from './use-awake'
import { VotingScreen } from './voting-screen'

/** Everything at /present/CODE: a poll for a whole room, by a link that shows and commands nothing. */
export default function PresentPage({ pollID }: { pollID: string }) {
  const [token] = useState(() => takeScreenToken(pollID))
  return token ? <Screen pollID={pollID} token={token} /> : <NoToken />
}

function Screen({ pollID, token }: { pollID: string; token: string }) {
  useEffect(() => enterPoll(pollID, token, { screen: true }), [pollID, token])
  useAwake()
  const { pollID: entered, poll, ended } = useSnapshot(store)
  // A screen joins nothing, so it never comes too late for that.
  if (ended && ended !== 'closed' && entered === pollID)
    return <Ended reason={ended} topic={poll?.settings.topic} />
  if (entered !== pollID || !poll) {
    return (
      <Page>
        <ConnectionBanner />
        <Waiting alone label={t`Opening the big screen`} />
      </Page>
    )
  }
  return (
    <>
      <ConnectionBanner />
      <Phases poll={poll} />
    </>
  )
}

function Phases({ poll }: { poll: Poll }) {
  useTitle(`${phaseName(poll)}: ${poll.settings.topic}`)
  switch (poll.phase) {
    case 'lobby':
      return <Gathering poll={poll} />
    case 'voting':
      return <VotingScreen poll={poll} />
    case 'closed':
      return <Show poll={poll} />
    case 'cancelled':
      return <Ended reason="cancelled" topic={poll.settings.topic} />
  }
}

function NoToken() {
  useTitle(t`Big screen`)
  return (
    <Page>
      <h1 className="text-4xl font-extrabold tracking-tight">{t`This screen has no key`}</h1>
      <p className="mt-3 text-lg text-muted">
        {t`The big screen opens by the host’s own link: “Big screen” in the poll’s room.`}
      </p>
    </Page>
  )
}
