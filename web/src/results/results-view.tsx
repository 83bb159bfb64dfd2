import { t } from '@lingui/core/macro'
import { Trans } from '@lingui/react/macro'
import { Suspense, useId, useState } from 'react'
import type { Results } from '../contract.gen'
import { withAsked, withMore } from '../i18n/parts'
import { methodNames } from '../poll/methods'
import { part } from '../ui/part'
import { Audit } from './audit'
import { OnDemand } from './on-demand'
import { type Outcome, reason, verdict } from './outcome'
import { Rounds } from './rounds'
import { Standings } from './standings'

const Abridged = part(withAsked(() => import('./asked/abridged')))
const HowCounted = part(withMore(() => import('./more/how-counted')))
const Pictures = part(withAsked(() => import('./asked/pictures')))
const OtherMethods = part(withMore(() => import('./more/other-methods')))
const Share = part(withAsked(() => import('./asked/share')))
const Ties = part(withMore(() => import('./more/ties')))

/** The winner, how it was counted, and how to check it. */
export function ResultsView({
  outcome: sent,
  own,
  receipt,
}: {
  outcome: Outcome
  /** The places that one gave on one's own ballot, by option. */
  own?: ReadonlyMap<string, number> | undefined
  receipt?: string | undefined
}) {
  const [whole, setWhole] = useState<Results>()
  const outcome: Outcome = whole ? { ...sent, results: whole } : sent
  const { official, abridged } = outcome.results
  return (
    <div className="grid gap-5">
      <Winner outcome={outcome} />
      <div className="grid items-start gap-5 lg:grid-cols-2 lg:gap-8">
        <div className="grid min-w-0 gap-5">
          {official.rounds && official.rounds.length > 0 && (
            <Rounds outcome={outcome} rounds={official.rounds} />
          )}
          {official.winners.length > 0 && <Standings outcome={outcome} own={own} />}
          {official.ties.length > 0 && (
            <Suspense>
              <Ties outcome={outcome} />
            </Suspense>
          )}
          {abridged && (
            <Suspense>
              <Abridged pollID={outcome.pollID} onWhole={setWhole} />
            </Suspense>
          )}
        </div>
        <div className="grid min-w-0 gap-5">
          <OnDemand title={t`How it was counted`} prints>
            <HowCounted outcome={outcome} whole={whole} />
          </OnDemand>
          {outcome.results.ballots > 0 && (
            <OnDemand title={t`Pictures of the count`}>
              <Pictures outcome={outcome} rounds={official.rounds} />
            </OnDemand>
          )}
          {outcome.results.ballots > 0 && (
            <OnDemand title={t`By other methods`} prints>
              {opened => <OtherMethods outcome={outcome} opened={opened} />}
            </OnDemand>
          )}
          <OnDemand title={t`Share the result`}>
            <Share outcome={outcome} />
          </OnDemand>
          <Audit outcome={outcome} receipt={receipt} />
        </div>
      </div>
    </div>
  )
}

function Winner({ outcome }: { outcome: Outcome }) {
  const { winners, method } = outcome.results.official
  const heading = useId()
  const methodName = methodNames[method]
  const won = winners.length > 0
  return (
    <section
      aria-labelledby={heading}
      className={`appear overflow-hidden rounded-3xl px-6 py-8 sm:px-10 sm:py-12 ${won ? 'bg-brass-fill text-on-brass' : 'bg-sunk'}`}
    >
      <h2 id={heading} className="text-base font-semibold">
        {verdict(outcome)}
      </h2>
      {won && (
        <ul className="mt-1 mb-4">
          {winners.map(option => (
            <li
              key={option}
              className={`own-lines leading-[1.02] font-extrabold tracking-tight text-balance ${winners.length > 2 ? 'text-3xl sm:text-4xl' : 'text-4xl sm:text-6xl'}`}
            >
              <bdi>{outcome.name(option)}</bdi>
            </li>
          ))}
        </ul>
      )}
      <p>
        {reason(outcome)} <Trans>Counting method: {methodName}.</Trans>
      </p>
    </section>
  )
}
