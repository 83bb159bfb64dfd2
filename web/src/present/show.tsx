import { t } from '@lingui/core/macro'
import { useEffect, useState } from 'react'
import type { PollResults } from '../contract.gen'
import { optionsOf, type Poll } from '../poll/use-poll'
import RoundsTable from '../results/more/rounds-table'
import { tieStory } from '../results/more/ties'
import { roundStory, verdict } from '../results/outcome'
import { getResults } from '../session/api'
import { shortened } from '../ui/characters'
import { Hemicycle } from '../ui/hemicycle'
import { insist, part } from '../ui/insist'
import { isolate, list, number } from '../ui/words'
import { Draw } from './draw'
import { DuelsThatFit } from './duels-that-fit'
import { Places } from './places'
import { RoundChart } from './round-chart'
import { nameInSentence, namesOf, type Scene, sceneOf } from './scene'
import { Stage, StageButton } from './stage'
import { useLookBack } from './use-look-back'

const WinnerScreen = part(() => import('./winner-screen'))

/** The count of a closed poll, at the step that the host is at; arrow keys look back on this screen alone. */
export function Show({ poll }: { poll: Poll }) {
  const { reveal } = poll
  const [asTable, setAsTable] = useState(false)
  const step = useLookBack(reveal?.step ?? 0)
  const whole = useWhole(poll)
  const scene = sceneOf(poll, step, whole)
  const name = namesOf(poll)
  return (
    <Stage
      pollID={poll.id}
      eyebrow={eyebrowOf(scene)}
      topic={poll.settings.topic}
      footer={
        hasTable(scene) && (
          <StageButton pressed={asTable} onClick={() => setAsTable(!asTable)}>{t`Table`}</StageButton>
        )
      }
    >
      <p
        className={`text-[1.25em] leading-tight font-semibold ${scene.kind === 'winner' ? 'sr-only' : 'min-h-[2.6em]'}`}
        aria-live="polite"
      >
        {captionOf(scene, option => shortened(name(option), nameInSentence))}
      </p>
      {scene.kind === 'rounds' && (
        <>
          <Draw ties={scene.ties} name={name} seed={poll.seed} commitment={poll.seedCommitment} />
          {asTable ? (
            <RoundsTable rounds={scene.rounds} options={optionsOf(poll).map(({ id }) => id)} name={name} />
          ) : (
            <RoundChart
              rounds={scene.rounds}
              name={name}
              speed={reveal?.speed ?? 1}
              seats={poll.settings.method === 'stv' ? poll.settings.seats : 0}
            />
          )}
        </>
      )}
      {scene.kind === 'waiting' && (
        <Hemicycle seats={80} taken={80} className="pulse m-auto w-[24em] max-w-full" />
      )}
      {scene.kind === 'duels' && (
        <div className="flex min-h-0 flex-1 flex-col justify-center">
          <DuelsThatFit options={scene.options} matrix={scene.matrix} name={name} />
        </div>
      )}
      {scene.kind === 'places' && <Places order={scene.order} name={name} method={poll.settings.method} />}
      {scene.kind === 'winner' && (
        <WinnerScreen outcome={scene.outcome} whole={whole?.results} asTable={asTable} />
      )}
    </Stage>
  )
}

/** Whether the picture of a scene can be had as a table; duels and places are tables. */
const hasTable = (scene: Scene) =>
  scene.kind === 'rounds' ||
  (scene.kind === 'winner' && (scene.outcome.results.official.rounds?.length ?? 0) > 1)

function eyebrowOf(scene: Scene): string {
  const round = scene.kind === 'rounds' && scene.rounds.at(-1)?.number
  if (round) return t`Round ${number(round)}`
  if (scene.kind === 'duels') return t`One to one`
  if (scene.kind === 'places') return t`Place by place`
  return scene.kind === 'winner' ? t`Result` : t`Voting has closed`
}

/** What the picture shows, in words. */
function captionOf(scene: Scene, name: (option: string) => string): string {
  switch (scene.kind) {
    case 'waiting':
      return t`Every ballot is counted. The host opens the result.`
    case 'rounds': {
      const round = scene.rounds.at(-1)
      if (!round) return ''
      const ties = scene.ties.map(tie => tieStory(tie, name))
      return [...ties, roundStory(round, name)].join(' ')
    }
    case 'duels': {
      const what = t`Every option meets every other: how many ballots rank the one on the left above the one at the top.`
      const first = unbeaten(scene)
      return `${what} ${first ? t`${isolate(name(first))} wins every duel.` : t`No option wins every duel.`}`
    }
    case 'places': {
      const place = scene.order[0]?.place ?? 0
      const there = scene.order.filter(standing => standing.place === place)
      const names = list(there.map(({ option }) => isolate(name(option))))
      return t`Place ${number(place)}: ${names}`
    }
    case 'winner': {
      const { outcome } = scene
      const names = list(outcome.results.official.winners.map(option => isolate(outcome.name(option))))
      return `${verdict(outcome)} ${names}`.trim()
    }
  }
}

/** The option that wins all its duels, if there is one. */
const unbeaten = ({ options, matrix }: Scene & { kind: 'duels' }) =>
  options.find((_, a) => options.every((_, b) => a === b || (matrix[a]?.[b] ?? 0) > (matrix[b]?.[a] ?? 0)))

/** The whole result once it is revealed: with it the way to the result can be shown again. */
function useWhole(poll: Poll): PollResults | undefined {
  const [whole, setWhole] = useState<PollResults>()
  const revealed = poll.results !== undefined
  useEffect(() => {
    if (!revealed) return
    const stop = new AbortController()
    insist(() => getResults(poll.id, stop.signal))
      .then(setWhole)
      .catch(() => {}) // the digest tells who won; a reload asks again
    return () => stop.abort()
  }, [poll.id, revealed])
  return whole
}
