import { t } from '@lingui/core/macro'
import { Trans } from '@lingui/react/macro'
import { number } from '../../ui/words'
import { exhaustedIn, type RoundList, votesOf } from '../round-votes'

/** The votes of every option in every round. */
export default function RoundsTable({
  rounds,
  options,
  name,
  brief = false,
}: {
  rounds: RoundList
  options: readonly string[]
  name: (option: string) => string
  /** For a place in which nobody can scroll: a name has one line. */
  brief?: boolean
}) {
  const cell = 'whitespace-nowrap py-[0.35em] ps-[1em] text-end tabular-nums'
  return (
    <section
      className={brief ? 'relative' : 'relative overflow-auto'}
      tabIndex={brief ? undefined : 0}
      aria-label={t`All rounds`}
    >
      <table className="w-full">
        <thead>
          <tr className="border-b border-line text-muted">
            <th scope="col" className="py-[0.35em] text-start font-medium">
              <Trans>Option</Trans>
            </th>
            {rounds.map(round => (
              <th key={round.number} scope="col" className={`${cell} font-medium`}>
                <span className="sr-only">
                  <Trans>Round</Trans>{' '}
                </span>
                {number(round.number)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="divide-y divide-line">
          {options.map(option => (
            <tr key={option}>
              <th scope="row" className="min-w-[7em] max-w-[11em] py-[0.35em] text-start font-medium">
                <bdi className={brief ? 'line-clamp-1' : ''}>{name(option)}</bdi>
              </th>
              {rounds.map(round => {
                const votes = votesOf(round, option)
                return (
                  <td key={round.number} className={cell}>
                    {votes === undefined ? '' : number(votes)}
                  </td>
                )
              })}
            </tr>
          ))}
          <tr className="text-muted">
            <th scope="row" className="py-[0.35em] text-start font-medium">
              <Trans>For nobody</Trans>
            </th>
            {rounds.map(round => (
              <td key={round.number} className={cell}>
                {number(exhaustedIn(round))}
              </td>
            ))}
          </tr>
        </tbody>
      </table>
    </section>
  )
}
