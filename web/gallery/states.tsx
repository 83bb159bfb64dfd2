// Every component in every state. A component that is added, or a state that is, gets its line here.
import type { ReactNode } from 'react'
import type { Me, PollDocument } from '../src/contract.gen'
import CreatePage from '../src/create/create-page'
import Door from '../src/host/door'
import { OptionDesk } from '../src/host/option-desk'
import { OptionsEditor } from '../src/host/options-editor'
import { SettingsDialog } from '../src/host/settings-dialog'
import Takeover from '../src/host/takeover'
import { LobbyPage } from '../src/lobby/lobby-page'
import { ConnectionBanner } from '../src/poll/connection-note'
import { Ended } from '../src/poll/ended'
import { Invitation } from '../src/poll/invitation'
import { Gathering } from '../src/present/gathering'
import { Show } from '../src/present/show'
import { VotingScreen } from '../src/present/voting-screen'
import EmbedPage from '../src/results/embed-page'
import PublicResults from '../src/results/public-results'
import ResultsPage from '../src/results/results-page'
import { keepDraft, keepEquals, takeSeat } from '../src/session/memory'
import { notify } from '../src/session/notices'
import { store } from '../src/session/store'
import { Page, Waiting } from '../src/ui/page'
import { ProblemNote } from '../src/ui/problem'
import { VotingPage } from '../src/voting/voting-page'
import { Lost } from '../src/welcome/lost'
import WelcomePage from '../src/welcome/welcome-page'
import { type Election, electionOf, host, me, pollOf, stepOf, voted, withoutBallots } from './samples'
import type { Script } from './scripts'
import { serve } from './server'

/** Sets the stage for a component, and returns it. */
export type State = (script: Script) => ReactNode

const id = 'K7M4QX'

/** Within a poll, as a person. */
function within(poll: PollDocument, person: Me, page: ReactNode) {
  Object.assign(store, { pollID: poll.id, connection: 'online', poll, me: person, version: 1 })
  return page
}

const ranked = ['n0', 'n1', 'n2', 'n3', 'n4']

const pages: Record<string, State> = {
  welcome: () => <WelcomePage />,
  'welcome, with polls': script => {
    for (const [i, topic] of script.options.entries()) takeSeat(`K7M4Q${i}`, { token: 'x', topic })
    return <WelcomePage />
  },
  create: () => <CreatePage />,
  invitation: script => {
    serve(pollOf(script))
    return <Invitation pollID={id} onJoined={() => {}} />
  },
  'invitation, voting': script => {
    serve(pollOf(script, { phase: 'voting' }))
    return <Invitation pollID={id} onJoined={() => {}} />
  },
  'invitation, nameless and one by one': script => {
    serve(pollOf(script, { settings: { anonymous: true, admission: 'approve' } }))
    return <Invitation pollID={id} onJoined={() => {}} />
  },
  'invitation, locked': script => {
    serve(pollOf(script, { roomLocked: true }))
    return <Invitation pollID={id} onJoined={() => {}} />
  },
  'invitation, not revealed': script => {
    serve(pollOf(script, { phase: 'closed' }))
    return <Invitation pollID={id} onJoined={() => {}} />
  },
  outside: ({ topic, names }) => (
    <Door door={{ pollID: id, topic, userID: 'guest', name: names[0] ?? '', expiresAt: '' }} />
  ),
  'another device': () => <Takeover code="X" seat={{ token: 'x', topic: '' }} onDone={() => {}} />,
  'options to begin with': script => (
    <Page>
      <OptionsEditor
        draft={{
          options: script.options.map(text => ({ text, note: script.note, link: 'https://example.org' })),
          typed: script.note,
        }}
        onChange={() => {}}
      />
    </Page>
  ),
  'invitation, no poll': () => <Invitation pollID="ZZZZZZ" onJoined={() => {}} />,
  lost: () => <Lost />,
  waiting: () => (
    <Page>
      <Waiting />
    </Page>
  ),
  problem: script => (
    <Page>
      <ProblemNote messages={[script.options[1] ?? '', script.note]} />
    </Page>
  ),
  'ended, cancelled': script => <Ended reason="cancelled" topic={script.topic} />,
  'ended, removed': script => <Ended reason="removed" topic={script.topic} />,
  'ended, left': script => <Ended reason="left" topic={script.topic} onJoinAgain={() => {}} />,
  'ended, expired': () => <Ended reason="expired" />,
}

const rooms: Record<string, State> = {
  'lobby, guest': script => within(pollOf(script), me, <LobbyPage />),
  'lobby, host': script => within(pollOf(script), host, <LobbyPage />),
  'lobby, empty': script =>
    within(pollOf(script, { participantCount: 1, newest: [] }, 0), host, <LobbyPage />),
  'lobby, 30 options': script => within(pollOf(script, {}, 30), me, <LobbyPage />),
  'lobby, waiting and locked': script =>
    within(
      pollOf(script, { nominationsLocked: true, roomLocked: true, spectatorCount: 2 }),
      { ...me, waiting: [{ id: 'w', userID: 'guest', text: script.options[1] ?? '', note: script.note }] },
      <LobbyPage />,
    ),
  'lobby, newcomers': script =>
    within(pollOf(script, { waitingCount: 12, waitingNominations: 3 }), host, <LobbyPage />),
  settings: script => within(pollOf(script), host, <SettingsDialog onClose={() => {}} />),
  'option desk': script => {
    const poll = pollOf(script, { waitingNominations: 2 })
    const [first, second] = Object.values(poll.nominations)
    if (first && second) {
      first.merged = [{ id: 'm', userID: 'guest', text: script.options[2] ?? '' }]
      poll.nominations.twin = { ...second, order: 99 }
    }
    const waiting = script.options.slice(0, 2).map((text, i) => ({ id: `w${i}`, userID: 'guest', text }))
    return within(poll, { ...host, waiting }, <OptionDesk onClose={() => {}} />)
  },
  'lobby, offline': script => {
    const page = within(pollOf(script), me, <LobbyPage />)
    store.connection = 'offline'
    return (
      <>
        <ConnectionBanner />
        {page}
      </>
    )
  },
  'lobby, notices': script => {
    notify('good', script.note)
    notify('bad', script.options[1] ?? '')
    return within(pollOf(script), me, <LobbyPage />)
  },
  'voting, nothing ranked': script => within(pollOf(script, { phase: 'voting' }), me, <VotingPage />),
  'voting, ranked': script => {
    keepDraft(id, ranked)
    return within(pollOf(script, { phase: 'voting' }), me, <VotingPage />)
  },
  'voting, 30 options': script => {
    keepDraft(id, ranked)
    return within(
      pollOf(script, { phase: 'voting', settings: { votesPerVoter: 20 } }, 30),
      host,
      <VotingPage />,
    )
  },
  'voting, equal places and a clock': script => {
    keepDraft(id, ranked)
    keepEquals(id, { tied: ['n1', 'n3'], rest: true })
    const closesAt = new Date(Date.now() + 90_000).toISOString()
    return within(
      pollOf(script, { phase: 'voting', closesAt, settings: { equalRanks: true, closesAt } }),
      me,
      <VotingPage />,
    )
  },
  'voting, watching': script =>
    within(pollOf(script, { phase: 'voting' }), { ...me, spectates: true }, <VotingPage />),
  'voting, submitted': script =>
    within(pollOf(script, { phase: 'voting', ballotCount: 9 }), voted, <VotingPage />),
  'voting, host submitted': script =>
    within(
      pollOf(script, { phase: 'voting', ballotCount: 9 }),
      { ...host, voted: true, ballot: ['n5'] },
      <VotingPage />,
    ),
}

const results: Record<string, State> = {
  'waiting for the reveal': script => within(stepOf('runoff', script, 1), me, <ResultsPage />),
  'remote control': script => within(stepOf('runoff', script, 1), host, <ResultsPage />),
  'result, nobody voted': script => within(withoutBallots(script, 'irv'), host, <ResultsPage />),
}
for (const kind of ['runoff', 'seats', 'duels', 'draws', 'places'] satisfies Election[]) {
  results[`result, ${kind}`] = script => {
    const { poll, whole } = electionOf(kind, script)
    serve(poll, whole)
    return within(poll, me, <ResultsPage />)
  }
}
results['public result'] = script => {
  const { poll, whole } = electionOf('runoff', script)
  serve(poll, whole)
  return <PublicResults pollID={poll.id} />
}
results.embed = script => {
  const { poll, whole } = electionOf('runoff', script)
  serve(poll, whole)
  return <EmbedPage pollID={poll.id} />
}

const screens: Record<string, State> = {
  'screen, gathering': script => <Gathering poll={pollOf(script)} />,
  'screen, nobody there': script => (
    <Gathering poll={pollOf(script, { participantCount: 0, newest: [] }, 0)} />
  ),
  'screen, voting': script => (
    <VotingScreen
      poll={pollOf(script, {
        phase: 'voting',
        ballotCount: 9,
        settings: { closesAt: '2130-01-02T09:00:00Z' },
      })}
    />
  ),
  'screen, turnout hidden': script => {
    const { ballotCount: _, ...poll } = pollOf(script, { phase: 'voting', settings: { showTurnout: false } })
    return <VotingScreen poll={poll} />
  },
  'screen, before the reveal': script => <Show poll={stepOf('runoff', script, 0)} />,
  'screen, round 1': script => <Show poll={stepOf('runoff', script, 1)} />,
  'screen, round 3': script => <Show poll={stepOf('runoff', script, 3)} />,
  'screen, draw': script => <Show poll={stepOf('draws', script, 1)} />,
  'screen, seats': script => <Show poll={stepOf('seats', script, 2)} />,
  'screen, duels': script => <Show poll={stepOf('duels', script, 1)} />,
  'screen, places': script => <Show poll={stepOf('places', script, 3)} />,
}
for (const kind of ['runoff', 'seats', 'duels', 'draws', 'places'] satisfies Election[]) {
  screens[`screen, winner of ${kind}`] = script => {
    const { poll, whole } = electionOf(kind, script)
    serve(poll, whole)
    return <Show poll={poll} />
  }
}

export const states: Record<string, State> = { ...pages, ...rooms, ...results, ...screens }
