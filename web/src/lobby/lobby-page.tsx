import { Suspense, useState } from 'react'
import { withHost } from '../i18n/parts'
import { Exits } from '../poll/exits'
import { phaseName } from '../poll/phases'
import { PollHeader } from '../poll/poll-header'
import { Rules } from '../poll/rules'
import { usePoll } from '../poll/use-poll'
import { Page } from '../ui/page'
import { part } from '../ui/part'
import { Invite } from './invite'
import { Nominations } from './nominations'
import { Room } from './room'
import { StartBar } from './start-bar'

const SettingsButton = part(withHost(() => import('../host/settings-button')))

/** Where people gather and nominate until the admin opens the vote. */
export function LobbyPage() {
  const { poll, isHost } = usePoll()
  const [inviteFirst] = useState(isHost) // nothing jumps under the finger of whom the poll is handed to
  const invite = <Invite pollID={poll.id} className="lg:col-start-2 lg:row-start-1" />
  return (
    <Page wide>
      <PollHeader
        phase={phaseName(poll)}
        topic={poll.settings.topic}
        aside={
          isHost && (
            <Suspense>
              <SettingsButton />
            </Suspense>
          )
        }
      >
        <Rules poll={poll} />
      </PollHeader>
      <div className="grid items-start gap-5 lg:grid-cols-[1fr_22rem] lg:grid-rows-[auto_1fr] lg:gap-x-8">
        {inviteFirst && invite}
        <Nominations className="lg:col-start-1 lg:row-span-2 lg:row-start-1" />
        {!inviteFirst && invite}
        <Room className="lg:col-start-2 lg:row-start-2" />
      </div>
      <StartBar />
      <Exits />
    </Page>
  )
}
