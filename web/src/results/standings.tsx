import { t } from '@lingui/core/macro'
import { Trans } from '@lingui/react/macro'
import { Section } from '../ui/page'
import { number } from '../ui/words'
import { ending, figureNames, type Outcome } from './outcome'

/** The whole order, with the method's own figures. */
export function Standings({
  outcome,
  own = new Map(),
}: {
  outcome: Outcome
  /** The places of options on one's own ballot. */
  own?: ReadonlyMap<string, number> | undefined
}) {
  const { order, winners, method, rounds } = outcome.results.official
  // Where there are no rounds to look at, the figures can be seen here; the worst defeat is not a length to win by.
  const most = rounds || method === 'minimax' ? 0 : Math.max(...order.map(({ figure }) => figure))
  const mine = own.size > 0
  return (
    <Section title={t`Final order`}>
      <table className="w-full">
        <thead className="text-start text-sm text-muted">
          <tr className="border-b border-line">
            <th scope="col" className="w-8 py-1.5 font-medium">
              <span className="sr-only">
                <Trans>Place</Trans>
              </span>
            </th>
            <th scope="col" className="py-1.5 ps-2 text-start font-medium">
              <Trans>Option</Trans>
            </th>
            {mine && (
              <th scope="col" className="py-1.5 ps-1.5 text-end sm:ps-3 font-medium print:hidden">
                <Trans>You</Trans>
              </th>
            )}
            <th scope="col" className="py-1.5 ps-1.5 text-end sm:ps-3 font-medium">
              {figureNames[method]}
            </th>
          </tr>
        </thead>
        <tbody className="divide-y divide-line">
          {order.map(({ option, place, figure }) => {
            const won = winners.includes(option)
            const given = own.get(option)
            const ended = ending(outcome, option)
            return (
              <tr key={option}>
                <td className="py-2.5">
                  <span
                    className={`grid size-8 place-items-center rounded-full font-bold tabular-nums ${won ? 'bg-brass-fill text-on-brass' : 'bg-sunk'}`}
                  >
                    {number(place)}
                  </span>
                </td>
                <th scope="row" className={`py-2.5 ps-2 text-start ${won ? 'font-bold' : 'font-medium'}`}>
                  <bdi>{outcome.name(option)}</bdi>{' '}
                  {ended && <span className="block text-sm font-normal text-muted">{ended}</span>}
                  {most > 0 && (
                    <span
                      className="mt-1.5 block h-2 overflow-hidden rounded-full bg-sunk"
                      aria-hidden="true"
                    >
                      <span
                        className={`bar block size-full origin-left rtl:origin-right ${won ? 'bg-brass-fill' : 'bg-green'}`}
                        style={{ transform: `scaleX(${figure / most})` }}
                      />
                    </span>
                  )}
                </th>
                {mine && (
                  <td className="py-2.5 ps-1.5 text-end sm:ps-3 text-muted tabular-nums print:hidden">
                    {given ? number(given) : '–'}
                  </td>
                )}
                <td className="py-2.5 ps-1.5 text-end sm:ps-3 font-semibold tabular-nums">
                  {number(figure)}
                </td>
              </tr>
            )
          })}
        </tbody>
      </table>
    </Section>
  )
}
