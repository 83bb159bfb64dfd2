import { Trans } from '@lingui/react/macro'
import { useId } from 'react'
import type { Snapshot } from 'valtio'
import type { Results, Shown } from '../contract.gen'
import Sankey from '../results/asked/sankey'
import { whyWon } from '../results/more/why'
import { type Outcome, reason, verdict } from '../results/outcome'
import { characters, shortened } from '../ui/characters'
import { number } from '../ui/words'
import { DuelsThatFit } from './duels-that-fit'
import { Places } from './places'
import { RoundsThatFit } from './rounds-that-fit'
import { nameInSentence } from './scene'
import { useMost } from './use-most'

const mostWinners = 10

/** The winner and why, with the picture that fits the method. */
export default function WinnerScreen({
  outcome,
  whole,
  told,
  asTable,
}: {
  outcome: Outcome
  whole?: Results | undefined
  /** What the steps before this one told. */
  told?: Snapshot<Shown> | undefined
  /** Instead of the picture. */
  asTable: boolean
}) {
  const { official } = outcome.results
  const names = official.winners.map(option => outcome.name(option))
  const brief = { ...outcome, name: (option: string) => shortened(outcome.name(option), nameInSentence) }
  const heading = useId()
  const won = official.winners.length > 0
  const levels = levelsOf(names)
  const why = `${reason(brief)} ${whyWon(brief, whole)}`
  const [panel, fit] = useMost<HTMLElement>(levels.length, `${names.join()} ${why}`)
  const { shown, lines, size, small } = levels[fit - 1] ?? least
  return (
    <div className="grid min-h-0 flex-1 gap-[1em] lg:grid-cols-[minmax(0,2fr)_minmax(0,3fr)]">
      <section
        ref={panel}
        aria-labelledby={heading}
        className={`appear flex min-w-0 flex-col justify-center-safe overflow-hidden rounded-[1.2em] p-[1.4em] ${won ? 'bg-brass-fill text-on-brass' : 'bg-sunk'}`}
      >
        <h2 id={heading} className="text-[1.2em] font-semibold">
          {verdict(outcome)}
        </h2>
        <ul className={`my-[0.2em] font-extrabold tracking-tight ${size}`}>
          {official.winners.slice(0, shown).map(option => (
            <li key={option} className="leading-[1.2]">
              <bdi className={lines}>{outcome.name(option)}</bdi>
            </li>
          ))}
          {names.length > shown && (
            <li className="text-[0.7em] font-semibold">
              <Trans>and {number(names.length - shown)} more</Trans>
            </li>
          )}
        </ul>
        <p className={`mt-[0.4em] ${small ? 'text-[0.8em]' : ''}`}>{why}</p>
      </section>
      <div className="flex min-h-[16em] min-w-0 flex-col justify-center overflow-hidden lg:min-h-0">
        <Picture outcome={outcome} whole={whole} told={told} asTable={asTable} />
      </div>
    </div>
  )
}

/** How the winners can be written: how many of them, in how many lines each, and how large; and how large the reason. */
interface Level {
  shown: number
  lines: string
  size: string
  small?: boolean
}
const [little, medium] = ['text-[1.2em]', 'text-[1.6em]']
const least: Level = { shown: 1, lines: 'line-clamp-1', size: little, small: true }

/** From what takes the least room to what takes the most. */
function levelsOf(names: string[]): Level[] {
  const shown = names.length
  const levels: Level[] = Array.from({ length: Math.min(shown, mostWinners) }, (_, i) => ({
    ...least,
    shown: i + 1,
    small: i === 0,
  }))
  if (shown > mostWinners) return levels
  const longest = Math.max(...names.map(characters))
  levels.push(
    { shown, lines: 'line-clamp-1', size: medium },
    { shown, lines: 'line-clamp-2', size: medium },
    { shown, lines: 'line-clamp-3', size: medium },
  )
  // What is large is as large as its longest word can be, which nothing may hide before it is measured.
  const whole = 'block wrap-normal'
  if (shown <= 2 && longest <= 60) levels.push({ shown, lines: whole, size: 'text-[2.2em]' })
  if (shown === 1 && longest <= 24) levels.push({ shown, lines: whole, size: 'text-[3.2em]' })
  return levels
}

/** The picture that the method has; the places, until what it takes is here. */
function Picture({ outcome, whole, told, asTable }: Parameters<typeof WinnerScreen>[0]) {
  const { official } = outcome.results
  const rounds = whole?.official.rounds ?? official.rounds
  if (rounds && rounds.length > 1) {
    const options = official.order.map(({ option }) => option)
    if (asTable) return <RoundsThatFit rounds={rounds} options={options} name={outcome.name} />
    return (
      <Sankey
        rounds={rounds}
        options={options}
        winners={official.winners}
        name={outcome.name}
        className="min-h-0 flex-1"
      />
    )
  }
  const { options, matrix } = whole?.official ?? told ?? {}
  if (options && matrix) return <DuelsThatFit options={options} matrix={matrix} name={outcome.name} />
  return (
    <Places order={official.order} name={outcome.name} method={official.method} winners={official.winners} />
  )
}
