import { plural, t } from '@lingui/core/macro'
import { Trans } from '@lingui/react/macro'
import { Fragment } from 'react'
import type { Method } from '../../contract.gen'
import { methodNames } from '../../poll/methods'
import { Badge } from '../../ui/badge'
import { Failed } from '../../ui/failed'
import { Check } from '../../ui/icons'
import { namesList, number } from '../../ui/words'
import { type Outcome, otherMethods } from '../outcome'
import { useWhole } from './use-whole'
import { whyDiffers } from './why-differs'

/** What the same ballots would have meant elsewhere, and why. */
export default function OtherMethods({
  outcome,
  opened = false,
}: {
  outcome: Outcome
  /** Somebody reads it: the figures of the other methods are worth a request. */
  opened?: boolean
}) {
  const { others, official } = outcome.results
  const { whole, problem, again } = useWhole(outcome.pollID, opened)
  const whyOf = (method: Method) => {
    const counted = whole?.others.outcomes.find(outcome => outcome.method === method)
    return counted ? whyDiffers(counted, official.winners, outcome.name) : '\u00a0' // its place, until it is there
  }
  const { rows, isSame, agreeing, drawn } = otherMethods(outcome)
  return (
    <>
      <p className="mb-3 text-muted">
        {agreeing === rows.length
          ? t`The same ballots give the same result by every other method.`
          : t`The same ballots give the same result by ${number(agreeing)} of ${number(rows.length)} other methods.`}
        {drawn > 0 && ` ${plural(drawn, { one: '# is decided by draw.', other: '# are decided by draw.' })}`}
      </p>
      <table className="w-full">
        <thead className="sr-only">
          <tr>
            <th scope="col">
              <Trans>Method</Trans>
            </th>
            <th scope="col">
              <Trans>Winner</Trans>
            </th>
          </tr>
        </thead>
        <tbody className="divide-y divide-line">
          {rows.map(row => (
            <Fragment key={row.method}>
              <tr>
                <th scope="row" className="min-w-28 py-2 pe-3 text-start align-top font-normal text-muted">
                  {methodNames[row.method]}
                </th>
                <td className="py-2 align-top">
                  <span className="flex items-start justify-end gap-2 text-end max-sm:flex-wrap">
                    <span className={`wrap-anywhere ${isSame(row) ? '' : 'font-bold'}`}>
                      {namesList(row.winners.map(outcome.name)) || t`None`}
                    </span>
                    {row.drawn ? (
                      <Badge>{t`By draw`}</Badge>
                    ) : isSame(row) ? (
                      <Check className="mt-0.5 size-5 text-green" />
                    ) : (
                      <span className="size-5 shrink-0" aria-hidden="true" />
                    )}
                  </span>
                  {isSame(row) && !row.drawn && (
                    <span className="sr-only">
                      <Trans>, the same</Trans>
                    </span>
                  )}
                </td>
              </tr>
              {opened && !isSame(row) && problem.length === 0 && (
                <tr className={`border-t-0! ${whole ? '' : 'print:hidden'}`}>
                  <td colSpan={2} className="pb-3 text-sm text-muted">
                    {whyOf(row.method)}
                  </td>
                </tr>
              )}
            </Fragment>
          ))}
        </tbody>
      </table>
      <Failed messages={problem} onRetry={again} className="mb-3 print:hidden" />
      <p className="mt-3 border-t border-line pt-3 text-muted">
        {others.condorcet ? (
          <Trans>
            One to one, <bdi className="font-semibold text-ink">{outcome.name(others.condorcet)}</bdi> beats
            every other option.
          </Trans>
        ) : (
          <Trans>
            One to one, no option beats all the others. The strongest group is{' '}
            <span className="font-semibold wrap-anywhere text-ink">
              {namesList(others.smith.map(outcome.name))}
            </span>
            .
          </Trans>
        )}
      </p>
    </>
  )
}
