import { t } from '@lingui/core/macro'
import { Trans } from '@lingui/react/macro'
import { type ReactNode, Suspense, useState } from 'react'
import { withAsked } from '../i18n/parts'
import { IconButton } from '../ui/button'
import { Right } from '../ui/icons'
import { Section, Waiting } from '../ui/page'
import { part } from '../ui/part'
import { number } from '../ui/words'
import { type Outcome, roundStory } from './outcome'
import { exhaustedIn, type RoundList, votesOf } from './round-votes'

const RoundsTable = part(withAsked(() => import('./asked/rounds-table')))

/** The count, a round at a time; each option keeps its line, so that the votes can be seen to move. */
export function Rounds({ outcome, rounds }: { outcome: Outcome; rounds: RoundList }) {
  const [shown, setShown] = useState(0)
  const [inTable, setInTable] = useState(false)
  const round = rounds[shown]
  if (!round) return null
  const stv = outcome.results.official.method === 'stv'
  const most = Math.max(
    ...rounds.flatMap(({ threshold, tallies }) => [threshold, ...tallies.map(t => t.votes)]),
  )
  const percent = (votes: number) => `${most > 0 ? (votes / most) * 100 : 0}%`
  const lost = exhaustedIn(round)
  const seated = new Set(rounds.slice(0, shown + 1).flatMap(({ elected }) => elected))
  return (
    <Section
      title={t`Round by round`}
      aside={
        rounds.length > 1 && (
          <div className="-me-2 flex items-center">
            <IconButton
              label={t`Previous round`}
              className="w-9!"
              disabled={shown === 0}
              onClick={() => setShown(shown - 1)}
            >
              <Right className="size-5 rotate-180 rtl:rotate-0" />
            </IconButton>
            <span className="min-w-13 text-center font-semibold tabular-nums" aria-live="polite">
              <span className="sr-only">
                <Trans>Round</Trans>{' '}
              </span>
              {number(round.number)}{' '}
              <span className="font-normal text-muted">
                <Trans>of {number(rounds.length)}</Trans>
              </span>
            </span>
            <IconButton
              label={t`Next round`}
              className="w-9!"
              disabled={shown === rounds.length - 1}
              onClick={() => setShown(shown + 1)}
            >
              <Right className="size-5 rtl:rotate-180" />
            </IconButton>
          </div>
        )
      }
    >
      <ul className="grid gap-3">
        {outcome.results.official.order.map(({ option }) => {
          const votes = votesOf(round, option)
          const elected = seated.has(option)
          const excluded = round.excluded.includes(option)
          return (
            <li key={option} className={votes === undefined ? 'text-muted' : ''}>
              <p className="flex items-baseline justify-between gap-3">
                <span className="min-w-0 font-medium">
                  <bdi>{outcome.name(option)}</bdi>
                  {elected && (
                    <Mark className="bg-brass-fill text-on-brass">
                      <Trans>Elected</Trans>
                    </Mark>
                  )}
                  {excluded && (
                    <Mark className="bg-red-soft text-red">
                      <Trans>Out</Trans>
                    </Mark>
                  )}
                </span>
                <span className="font-semibold tabular-nums">
                  {votes === undefined ? '–' : number(votes)}
                </span>
              </p>
              <div className="relative mt-1 h-3" aria-hidden="true">
                <div className="absolute inset-0 overflow-hidden rounded-full bg-sunk">
                  <div
                    className={`bar size-full origin-left rtl:origin-right ${excluded ? 'bg-edge' : elected ? 'bg-brass-fill' : 'bg-green'}`}
                    style={{ transform: `scaleX(${most > 0 ? (votes ?? 0) / most : 0})` }}
                  />
                </div>
                <div
                  className="absolute -inset-y-1 w-0.5 bg-ink"
                  style={{ insetInlineStart: `calc(${percent(round.threshold)} - 1px)` }}
                />
              </div>
            </li>
          )
        })}
      </ul>
      <p className="mt-4 min-h-12 print:hidden" aria-live="polite">
        {roundStory(round, outcome.name)}
      </p>
      <ol className="mt-4 hidden list-decimal ps-6 print:block">
        {rounds.map(round => (
          <li key={round.number}>{roundStory(round, outcome.name)}</li>
        ))}
      </ol>
      <p className="mt-1 text-sm text-muted">
        {stv
          ? t`${number(round.threshold)} is the quota, the line in the chart.`
          : t`${number(round.threshold)} needed to win, the line in the chart.`}
        {lost > 0 && ` ${t`${number(lost)} no longer count for anybody.`}`}
      </p>
      {rounds.length > 1 && (
        <details className="mt-3" onToggle={({ currentTarget }) => setInTable(inTable || currentTarget.open)}>
          <summary className="flex min-h-11 items-center font-semibold text-green">
            <Trans>All rounds in a table</Trans>
          </summary>
          <div className="text-sm">
            {inTable && (
              <Suspense fallback={<Waiting />}>
                <RoundsTable
                  rounds={rounds}
                  options={outcome.results.official.order.map(({ option }) => option)}
                  name={outcome.name}
                />
              </Suspense>
            )}
          </div>
        </details>
      )}
    </Section>
  )
}

function Mark({ className, children }: { className: string; children: ReactNode }) {
  return (
    <span className={`ms-2 inline-block rounded-full px-2 py-0.5 text-xs font-bold ${className}`}>
      {children}
    </span>
  )
}
