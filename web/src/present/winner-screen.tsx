import { Suspense, useId } from 'react'
import type { Results } from '../contract.gen'
import { whyWon } from '../results/more/why'
import { type Outcome, reason, verdict } from '../results/outcome'
import { part } from '../ui/insist'
import { Duels } from './duels'
import { Places } from './places'

const Sankey = part(() => import('../results/sankey'))

/** Who won and why, with the picture that fits the method. */
export default function WinnerScreen({ outcome, whole }: { outcome: Outcome; whole?: Results | undefined }) {
  const { official } = outcome.results
  const many = official.winners.length > 2
  const heading = useId()
  return (
    <div className="grid min-h-0 flex-1 grid-rows-[auto_1fr] gap-[0.8em]">
      <section
        aria-labelledby={heading}
        className={`appear rounded-[1.2em] px-[1.4em] py-[0.9em] ${official.winners.length > 0 ? 'bg-brass-fill text-on-brass' : 'bg-sunk'}`}
      >
        <h2 id={heading} className="text-[1.1em] font-semibold">
          {verdict(outcome)}
        </h2>
        <ul
          className={`font-extrabold tracking-tight ${many ? 'flex flex-wrap gap-x-[0.8em] text-[1.8em]' : 'text-[3em]'}`}
        >
          {official.winners.map(option => (
            <li key={option} className="line-clamp-2 leading-[1.05]">
              <bdi>{outcome.name(option)}</bdi>
            </li>
          ))}
        </ul>
        <p className="mt-[0.3em]">
          {reason(outcome)} {whyWon(outcome, whole)}
        </p>
      </section>
      <div className="flex min-h-0 flex-col">
        <Picture outcome={outcome} whole={whole} />
      </div>
    </div>
  )
}

function Picture({ outcome, whole }: { outcome: Outcome; whole?: Results | undefined }) {
  const { official } = outcome.results
  const rounds = whole?.official.rounds ?? official.rounds
  if (rounds && rounds.length > 1) {
    return (
      <Suspense>
        <Sankey
          rounds={rounds}
          options={official.order.map(({ option }) => option)}
          winners={official.winners}
          name={outcome.name}
          className="min-h-0 flex-1"
        />
      </Suspense>
    )
  }
  if (whole?.official.matrix)
    return <Duels options={whole.official.options} matrix={whole.official.matrix} name={outcome.name} />
  return <Places order={official.order} name={outcome.name} method={official.method} />
}
