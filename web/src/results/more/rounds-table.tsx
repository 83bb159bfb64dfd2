import { t } from '@lingui/core/macro'
import { Trans } from '@lingui/react/macro'
import { number } from '../../ui/words'
import { exhaustedIn, type RoundList, votesOf } from '../round-votes'

/** The votes of every option in every round. */
export default function RoundsTable({
  rounds,
  options,
  name,
}: {
  rounds: RoundList
  options: readonly string[]
  name: (option: string) => string
}) {
  const cell = 'py-1.5 ps-4 text-end tabular-nums'
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be in reach of the keyboard
    <section className="overflow-auto" tabIndex={0} aria-label={t`All rounds`}>
      <table className="w-full">
        <thead>
          <tr className="border-b border-line text-muted">
            <th scope="col" className="py-1.5 text-start font-medium">
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
              <th scope="row" className="max-w-40 py-1.5 text-start font-medium">
                <bdi>{name(option)}</bdi>
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
            <th scope="row" className="py-1.5 text-start font-medium">
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
