import { Suspense, useId } from 'react'
import type { Results } from '../contract.gen'
import RoundsTable from '../results/more/rounds-table'
import { whyWon } from '../results/more/why'
import { type Outcome, reason, verdict } from '../results/outcome'
import { characters, shortened } from '../ui/characters'
import { part } from '../ui/insist'
import { DuelsThatFit } from './duels-that-fit'
import { Places } from './places'
import { nameInSentence } from './scene'

const Sankey = part(() => import('../results/sankey'))

/** The winner and why, with the picture that fits the method. */
export default function WinnerScreen({
  outcome,
  whole,
  asTable,
}: {
  outcome: Outcome
  whole?: Results | undefined
  /** Instead of the picture. */
  asTable: boolean
}) {
  const { official } = outcome.results
  const names = official.winners.map(option => outcome.name(option))
  const brief = { ...outcome, name: (option: string) => shortened(outcome.name(option), nameInSentence) }
  const heading = useId()
  const won = official.winners.length > 0
  return (
    <div className="grid min-h-0 flex-1 gap-[1em] lg:grid-cols-[minmax(0,2fr)_minmax(0,3fr)]">
      <section
        aria-labelledby={heading}
        className={`appear flex min-w-0 flex-col justify-center-safe overflow-hidden rounded-[1.2em] p-[1.4em] ${won ? 'bg-brass-fill text-on-brass' : 'bg-sunk'}`}
      >
        <h2 id={heading} className="text-[1.2em] font-semibold">
          {verdict(outcome)}
        </h2>
        <ul className={`my-[0.2em] font-extrabold tracking-tight ${sizeOf(names)}`}>
          {official.winners.map(option => (
            <li key={option} className="line-clamp-3 leading-[1.2]">
              <bdi>{outcome.name(option)}</bdi>
            </li>
          ))}
        </ul>
        <p className="mt-[0.4em]">
          {reason(brief)} {whyWon(brief, whole)}
        </p>
      </section>
      <div className="flex min-h-[16em] min-w-0 flex-col justify-center overflow-hidden lg:min-h-0">
        <Picture outcome={outcome} whole={whole} asTable={asTable} />
      </div>
    </div>
  )
}

/** The size of the winners' names: as large as three lines of each leave room for. */
function sizeOf(names: string[]): string {
  const longest = Math.max(...names.map(characters))
  if (names.length > 2 || longest > 60) return 'text-[1.6em]'
  return names.length > 1 || longest > 24 ? 'text-[2.2em]' : 'text-[3.2em]'
}

function Picture({ outcome, whole, asTable }: Parameters<typeof WinnerScreen>[0]) {
  const { official } = outcome.results
  const rounds = whole?.official.rounds ?? official.rounds
  if (rounds && rounds.length > 1) {
    const options = official.order.map(({ option }) => option)
    if (asTable) return <RoundsTable rounds={rounds} options={options} name={outcome.name} />
    return (
      <Suspense>
        <Sankey
          rounds={rounds}
          options={options}
          winners={official.winners}
          name={outcome.name}
          className="min-h-0 flex-1"
        />
      </Suspense>
    )
  }
  if (whole?.official.matrix)
    return (
      <DuelsThatFit options={whole.official.options} matrix={whole.official.matrix} name={outcome.name} />
    )
  return (
    <Places order={official.order} name={outcome.name} method={official.method} winners={official.winners} />
  )
}
