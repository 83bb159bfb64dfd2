// What opens over the pages of a poll, and what a button asks before it does something.
import { t } from '@lingui/core/macro'
import type { ReactNode } from 'react'
import type { RosterEntry } from '../src/contract.gen'
import DeviceDialog from '../src/device/device-dialog'
import { Newcomers } from '../src/host/newcomers'
import { OptionDesk } from '../src/host/option-desk'
import { RemoveMany } from '../src/host/remove-many'
import { Roster } from '../src/host/roster'
import { LobbyPage } from '../src/lobby/lobby-page'
import QRDialog from '../src/lobby/qr-dialog'
import { Exits } from '../src/poll/exits'
import { Lifespan } from '../src/poll/lifespan'
import ResultsPage from '../src/results/results-page'
import { keepDraft } from '../src/session/memory'
import { Dialog } from '../src/ui/dialog'
import { VotingPage } from '../src/voting/voting-page'
import { type Changes, host, me, pollOf, stepOf } from './samples'
import type { Script } from './scripts'
import { answer } from './server'
import { id, Pressed, type State, within } from './stage'

const pressed = (page: ReactNode, ...names: string[]) => <Pressed names={names}>{page}</Pressed>

/** The host, in the lobby; with what is there to approve. */
const inLobby = (script: Script, page: ReactNode, changes: Changes = {}) =>
  within(pollOf(script, changes), host, page)

const whileVoting = (script: Script, person: typeof host, page: ReactNode, changes: Changes = {}) =>
  within(pollOf(script, { phase: 'voting', ballotCount: 9, ...changes }), person, page)

/** Everybody in a room, as the server lists them. */
function peopleOf(script: Script): RosterEntry[] {
  return Array.from({ length: 40 }, (_, i) => ({
    id: i === 1 ? 'host' : `p${i}`,
    name: i === 1 ? 'Host' : (script.names[i % script.names.length] ?? ''),
    online: i % 3 > 0,
    voted: i % 2 > 0,
    ...(i === 1 && { role: 'admin' as const }),
    ...(i === 2 && { role: 'host' as const, spectates: true }),
  }))
}

/** The list of people, with one of them taken out of it by the buttons of their row. */
function roster(script: Script, buttons: (person: RosterEntry) => string[]) {
  const participants = peopleOf(script)
  const [person] = participants as [RosterEntry]
  answer('roster', { participants, total: 14_000 })
  const list = <Roster onClose={() => {}} />
  return inLobby(script, pressed(list, ...buttons(person)), { participantCount: 14_000, waitingCount: 2 })
}

const optionsFor = (person: RosterEntry) => t`Options for ${person.name}`

const aboutPeople: Record<string, State> = {
  people: script => roster(script, person => [optionsFor(person)]),
  'people, to remove': script => roster(script, person => [optionsFor(person), t`Remove`]),
  'people, to hand over to': script => roster(script, person => [optionsFor(person), t`Hand over the poll`]),
  'people, to remove many': script => (
    <Dialog title={t`People`} onClose={() => {}}>
      {pressed(
        <RemoveMany matching={script.names[0] ?? ''} total={12_345} onGone={() => {}} />,
        t`Remove all of these`,
      )}
    </Dialog>
  ),
  'people at the door': script => {
    const newcomers = peopleOf(script).map(person => ({ ...person, spectates: !person.online, since: '' }))
    answer('waiting_list', { newcomers, next: 41 })
    return inLobby(script, <Newcomers onClose={() => {}} />, { waitingCount: 12_345 })
  },
}

const inTheLobby: Record<string, State> = {
  'lobby, to open the vote': script =>
    inLobby(script, pressed(<LobbyPage />, t`Start voting`), { waitingNominations: 3 }),
  'lobby, big screen': script => {
    answer('present', { accessToken: 'x'.repeat(200) })
    return inLobby(script, pressed(<LobbyPage />, t`Big screen`))
  },
  'lobby, to leave': script => within(pollOf(script), me, pressed(<Exits />, t`Leave poll`)),
  'lobby, to cancel': script => inLobby(script, pressed(<Exits />, t`Cancel poll`)),
  'lobby, to keep longer': script =>
    inLobby(script, pressed(<Lifespan />, t`Keep it longer`), { extendableUntil: '2130-03-02T12:00:00Z' }),
  'code for the room': () => (
    <QRDialog
      link={`https://polls.example/${'a-long-path/'.repeat(12)}p/${id}`}
      host={`polls.example/${'a-long-path/'.repeat(12)}`}
      code={id}
      onClose={() => {}}
    />
  ),
  'code for another device': script => device(script, 60),
  'code for another device, expired': script => device(script, -1),
  'option desk, editing': script => {
    const text = script.options[1] ?? ''
    return inLobby(script, pressed(<OptionDesk onClose={() => {}} />, t`Edit ${text}`))
  },
  'option desk, merging': script => {
    const choose = (text: string) => t`Choose ${text} to merge`
    return inLobby(
      script,
      pressed(<OptionDesk onClose={() => {}} />, ...script.options.slice(0, 2).map(choose)),
    )
  },
}

/** The picture with which another device goes on, for some more seconds. */
function device(script: Script, seconds: number, show = inLobby) {
  answer('device_code', {
    code: 'x'.repeat(22),
    expiresAt: new Date(Date.now() + seconds * 1_000).toISOString(),
  })
  return show(script, <DeviceDialog onClose={() => {}} />)
}

const inTheVote: Record<string, State> = {
  'voting, to review': script => {
    keepDraft(id, ['n0', 'n1', 'n2', 'n3', 'n4'])
    return whileVoting(script, me, pressed(<VotingPage />, t`Review ballot`))
  },
  'voting, code for another device': script => {
    keepDraft(id, ['n0', 'n1', 'n2', 'n3', 'n4'])
    return device(script, 60, (script, page) => whileVoting(script, me, page))
  },
  'voting, to hand in a blank ballot': script =>
    whileVoting(script, me, pressed(<VotingPage />, t`Hand in a blank ballot`), {
      settings: { changeableVote: false },
    }),
  'voting, to set a timer': script => whileVoting(script, host, pressed(<VotingPage />, t`Set a timer`)),
  'voting, to change the timer': script => {
    const closesAt = new Date(Date.now() + 90_000).toISOString()
    return whileVoting(script, host, pressed(<VotingPage />, t`Change the timer`), {
      closesAt,
      settings: { closesAt },
    })
  },
  'voting, to close': script => whileVoting(script, host, pressed(<VotingPage />, t`Close voting`)),
  'reveal, to open the vote again': script =>
    within(stepOf('runoff', script, 0), host, pressed(<ResultsPage />, t`Open voting again`)),
  'reveal, to skip to the result': script =>
    within(stepOf('runoff', script, 1), host, pressed(<ResultsPage />, t`Skip to the result`)),
}

export const dialogs: Record<string, State> = { ...aboutPeople, ...inTheLobby, ...inTheVote }
