import { t } from '@lingui/core/macro'
import { Suspense, useEffect, useRef, useState } from 'react'
import type { PollResults } from '../contract.gen'
import type { Poll } from '../poll/use-poll'
import { tieStory } from '../results/more/ties'
import { roundStory, verdict } from '../results/outcome'
import { getResults } from '../session/api'
import { useFetched } from '../session/use-fetched'
import { shortened } from '../ui/characters'
import { Hemicycle } from '../ui/hemicycle'
import { Waiting } from '../ui/page'
import { ahead, part } from '../ui/part'
import { isolate, namesList, number } from '../ui/words'
import { Draw } from './draw'
import { DuelsThatFit } from './duels-that-fit'
import { Places } from './places'
import { RoundChart } from './round-chart'
import { RoundsThatFit } from './rounds-that-fit'
import { nameInSentence, namesOf, rowsOf, type Scene, sceneOf } from './scene'
import { Stage, StageButton } from './stage'
import { useLookBack } from './use-look-back'

const namesOfTie = 3 // more would push what comes of it out of the caption

const pause = 3_000 // before the result is asked for again

const loadWinner = () => import('./winner-screen')
const WinnerScreen = part(loadWinner)

/** The count of a closed poll, at the step that the host is at; arrow keys look back on this screen alone. */
export function Show({ poll }: { poll: Poll }) {
  const { reveal } = poll
  const [asTable, setAsTable] = useState(false)
  const step = useLookBack(reveal?.step ?? 0)
  const { whole, lost } = useWhole(poll)
  const told = useRef(reveal?.shown)
  if (reveal?.shown) told.current = reveal.shown // it is gone when the result is here
  const scene = sceneOf(poll, step, whole)
  const name = namesOf(poll)
  useEffect(() => ahead(loadWinner), []) // it is there when the winner is
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
        className={`shrink-0 text-[1.25em] leading-tight font-semibold ${scene.kind === 'winner' ? 'sr-only' : 'min-h-[2.6em] lg:line-clamp-3'}`}
        aria-live="polite"
      >
        {captionOf(scene, option => shortened(name(option), nameInSentence))}
      </p>
      {scene.kind === 'rounds' && (
        <>
          <Draw ties={scene.ties} name={name} seed={poll.seed} commitment={poll.seedCommitment} />
          {asTable ? (
            <RoundsThatFit
              rounds={scene.rounds}
              options={rowsOf(scene.rounds).map(({ option }) => option)}
              name={name}
            />
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
      {scene.kind === 'duels' && <DuelsThatFit options={scene.options} matrix={scene.matrix} name={name} />}
      {scene.kind === 'places' && <Places order={scene.order} name={name} method={poll.settings.method} />}
      {scene.kind === 'winner' && (
        <Suspense fallback={<Waiting className="flex-1" />}>
          <WinnerScreen
            outcome={scene.outcome}
            whole={whole?.results}
            told={told.current}
            asTable={asTable}
          />
        </Suspense>
      )}
      <p role="status" className="shrink-0 text-[0.8em] text-muted empty:hidden">
        {lost && t`The details of this result have not arrived yet. This screen keeps asking for them.`}
      </p>
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
      const ties = scene.ties.map(tie => tieStory(tie, name, namesOfTie))
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
      const names = namesList(there.map(({ option }) => name(option)))
      return t`Place ${number(place)}: ${names}`
    }
    case 'winner': {
      const { outcome } = scene
      const names = namesList(outcome.results.official.winners.map(outcome.name))
      return `${verdict(outcome)} ${names}`.trim()
    }
  }
}

/** The option that wins all its duels, if there is one. */
const unbeaten = ({ options, matrix }: Scene & { kind: 'duels' }) =>
  options.find((_, a) => options.every((_, b) => a === b || (matrix[a]?.[b] ?? 0) > (matrix[b]?.[a] ?? 0)))

/**
 * The whole result once it is revealed: with it the way to the result can be shown again. Nobody stands at the screen
 * to ask for it once more, so that it is asked for until it comes; meanwhile it is `lost`.
 */
function useWhole(poll: Poll): { whole: PollResults | undefined; lost: boolean } {
  const { value, problem, again } = useFetched(poll.id, getResults, poll.results !== undefined)
  const [failed, setFailed] = useState(false)
  useEffect(() => {
    if (!problem) return
    setFailed(true)
    const timer = setTimeout(again, pause)
    return () => clearTimeout(timer)
  }, [problem, again])
  return { whole: value, lost: failed && !value }
}
