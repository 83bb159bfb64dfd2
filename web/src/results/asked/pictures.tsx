import { t } from '@lingui/core/macro'
import { Failed } from '../../ui/failed'
import { Waiting } from '../../ui/page'
import { useWhole } from '../more/use-whole'
import type { Outcome } from '../outcome'
import type { RoundList } from '../round-votes'
import { Duels } from './duels'
import Sankey from './sankey'

/** The way of the votes through the rounds, if there are any, and every duel of two options. */
export default function Pictures({ outcome, rounds }: { outcome: Outcome; rounds: RoundList | undefined }) {
  const { official } = outcome.results
  return (
    <>
      {rounds && rounds.length > 1 && (
        <Sankey
          rounds={rounds}
          options={official.order.map(({ option }) => option)}
          winners={official.winners}
          name={outcome.name}
          className="mb-5 h-80 text-sm"
        />
      )}
      <AllDuels outcome={outcome} />
    </>
  )
}

function AllDuels({ outcome }: { outcome: Outcome }) {
  const { whole, problem, again } = useWhole(outcome.pollID)
  if (!whole) return problem.length > 0 ? <Failed messages={problem} onRetry={again} /> : <Waiting />
  return (
    <>
      <p className="mb-3 text-muted">
        {t`How many ballots rank the option on the left above the one at the top, and the other way round.`}
      </p>
      <div className="text-sm">
        <Duels options={whole.others.options} matrix={whole.others.matrix} name={outcome.name} />
      </div>
    </>
  )
}
