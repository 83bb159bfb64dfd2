// Every component in every state. A component that is added, or a state that is, gets its line here.
import { t } from '@lingui/core/macro'
import { useCallback } from 'react'
import type { PollDocument } from '../src/contract.gen'
import CreatePage from '../src/create/create-page'
import Takeover from '../src/device/takeover'
import { OptionDesk } from '../src/host/option-desk'
import { OptionsEditor } from '../src/host/options-editor'
import { SettingsDialog } from '../src/host/settings-dialog'
import { Door } from '../src/lobby/door'
import { LobbyPage } from '../src/lobby/lobby-page'
import { ConnectionBanner } from '../src/poll/connection-note'
import { Ended } from '../src/poll/ended'
import { Invitation } from '../src/poll/invitation'
import { Gathering } from '../src/present/gathering'
import PresentPage from '../src/present/present-page'
import { Show } from '../src/present/show'
import { VotingScreen } from '../src/present/voting-screen'
import { cardOf, pictureOf } from '../src/results/asked/picture'
import EmbedPage from '../src/results/embed-page'
import { type Outcome, outcomeOfResults } from '../src/results/outcome'
import PublicResults from '../src/results/public-results'
import ResultsPage from '../src/results/results-page'
import { keepDraft, keepEquals, takeSeat } from '../src/session/memory'
import { notify } from '../src/session/notices'
import { store } from '../src/session/store'
import { LostPart } from '../src/ui/insist'
import { Page, Waiting } from '../src/ui/page'
import { ProblemNote } from '../src/ui/problem'
import { VotingPage } from '../src/voting/voting-page'
import { Lost } from '../src/welcome/lost'
import WelcomePage from '../src/welcome/welcome-page'
import { dialogs } from './dialogs'
import {
  type Election,
  electionOf,
  host,
  type LongElection,
  me,
  pollOf,
  stepOf,
  voted,
  withMany,
  withoutBallots,
} from './samples'
import type { Script } from './scripts'
import { serve } from './server'
import { Broken, id, Pressed, type State, within } from './stage'

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
      <h1>Gallery</h1>
      <OptionsEditor
        draft={{
          options: script.options.map(text => ({ text, note: script.note, link: 'https://example.org' })),
          typed: script.note,
          editing: 0,
        }}
        onChange={() => {}}
        why={[{ message: script.note, field: 'options[0].text' }]}
      />
    </Page>
  ),
  'invitation, no poll': () => <Invitation pollID="ZZZZZZ" onJoined={() => {}} />,
  lost: () => <Lost />,
  waiting: () => (
    <Page>
      <Waiting alone />
    </Page>
  ),
  problem: script => (
    <Page>
      <h1>Gallery</h1>
      <ProblemNote messages={[script.options[1] ?? '', script.note]} />
    </Page>
  ),
  'ended, cancelled': script => <Ended reason="cancelled" topic={script.topic} />,
  'ended, removed': script => <Ended reason="removed" topic={script.topic} />,
  'ended, left': script => <Ended reason="left" topic={script.topic} onJoinAgain={() => {}} />,
  'ended, expired': () => <Ended reason="expired" />,
  broken: () => <Broken error={new Error('broken')} />,
  'a part that is lost': () => <Broken error={new LostPart()} />,
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
  'result, run again': script =>
    within({ ...electionOf('runoff', script).poll, nextPoll: 'Q7M4QX' }, me, <ResultsPage />),
  'result, abridged': script => {
    const { poll, whole } = electionOf('runoff', script)
    serve(poll, whole)
    const { rounds: _, ...official } = whole.results.official
    const results = { ...whole.results, official, abridged: true }
    return within({ ...poll, results }, me, <ResultsPage />)
  },
  'result, nobody voted': script => within(withoutBallots(script, 'irv'), host, <ResultsPage />),
}
const short = ['runoff', 'seats', 'duels', 'draws', 'places'] satisfies Election[]
const long = ['long-runoff', 'long-seats', 'long-duels', 'long-tie'] satisfies LongElection[]
for (const kind of short) {
  results[`result, ${kind}`] = script => within(revealed(kind, script), voted, <ResultsPage />)
}
for (const kind of ['runoff', 'seats', 'long-tie'] as const) {
  results[`picture of ${kind}`] = script => (
    <Drawn outcome={outcomeOfResults(electionOf(kind, script).whole)} />
  )
}
results['public result'] = script => <PublicResults pollID={revealed('runoff', script).id} />
results['public result, not there'] = () => <PublicResults pollID={id} />
results['embed, not there'] = () => <EmbedPage pollID={id} />
results.embed = script => <EmbedPage pollID={revealed('runoff', script).id} />

const screens: Record<string, State> = {
  'screen, no key': () => <PresentPage pollID={id} />,
  'screen, gathering': script => <Gathering poll={pollOf(script)} />,
  'screen, nobody there': script => (
    <Gathering poll={pollOf(script, { participantCount: 0, newest: [] }, 0)} />
  ),
  'screen, voting': script => (
    <VotingScreen
      poll={pollOf(script, {
        phase: 'voting',
        ballotCount: 9,
        settings: { closesAt: new Date(Date.now() + 90_000).toISOString() },
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
  'screen, gathering 60 options': script => <Gathering poll={pollOf(script, {}, 60)} />,
  'screen, table of a round': script => withTable(stepOf('runoff', script, 3)),
  'screen, a late round of many': script => <Show poll={stepOf('long-seats', script, 25)} />,
  'screen, table of a late round of many': script => withTable(stepOf('long-seats', script, 25)),
  'screen, table of the result': script => withTable(revealed('runoff', script)),
  'screen, table of a long result': script => withTable(revealed('long-seats', script)),
  'screen, result that does not come': script => <Show poll={electionOf('duels', script).poll} />,
}
for (const [kind, step] of [
  ['runoff', 1],
  ['seats', 2],
  ['draws', 1],
  ['duels', 1],
  ['places', 3],
] as const)
  for (const options of [12, 60])
    screens[`screen, ${kind} among ${options}`] = script => (
      <Show poll={withMany(stepOf(kind, script, step), script, options)} />
    )
for (const kind of [...short, ...long]) {
  screens[`screen, winner of ${kind}`] = script => <Show poll={revealed(kind, script)} />
}

/** The picture of a result, as it is given to people as a file. */
function Drawn({ outcome }: { outcome: Outcome }) {
  const drawn = useCallback(
    (frame: HTMLElement | null) => {
      const canvas = pictureOf(cardOf(outcome, `https://polls.example/p/${id}`))
      canvas.then(canvas => frame?.replaceChildren(Object.assign(canvas, { className: 'w-full' })))
    },
    [outcome],
  )
  return (
    <Page>
      <h1>Gallery</h1>
      <div ref={drawn} />
    </Page>
  )
}

/** A poll whose result everybody knows, and anybody can ask for. */
function revealed(kind: Election | LongElection, script: Script): PollDocument {
  const { poll, whole } = electionOf(kind, script)
  serve(poll, whole)
  return poll
}

function withTable(poll: PollDocument) {
  return (
    <Pressed names={[t`Table`]}>
      <Show poll={poll} />
    </Pressed>
  )
}

export const states: Record<string, State> = { ...pages, ...rooms, ...dialogs, ...results, ...screens }
