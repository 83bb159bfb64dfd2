import { t } from '@lingui/core/macro'
import { Trans } from '@lingui/react/macro'
import { useId, useState } from 'react'
import type { Results } from '../contract.gen'
import { withMore } from '../i18n/parts'
import { methods } from '../poll/methods'
import { getResults, RequestError } from '../session/api'
import { Button } from '../ui/button'
import { part } from '../ui/insist'
import { Section } from '../ui/page'
import { ProblemNote } from '../ui/problem'
import { Audit } from './audit'
import { OnDemand } from './on-demand'
import { OtherMethods } from './other-methods'
import { type Outcome, reason, tieStory, verdict } from './outcome'
import { Rounds } from './rounds'
import { Standings } from './standings'

const HowCounted = part(withMore(() => import('./more/how-counted')))
const Pictures = part(withMore(() => import('./more/pictures')))
const Share = part(withMore(() => import('./more/share')))

/** Who won, how it was counted, and how to check it. */
export function ResultsView({
  outcome: sent,
  ballot = [],
  receipt,
}: {
  outcome: Outcome
  /** One's own. */
  ballot?: readonly string[]
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
          {official.winners.length > 0 && <Standings outcome={outcome} ballot={ballot} />}
          {official.ties.length > 0 && <Ties outcome={outcome} />}
          {abridged && <Abridged pollID={outcome.pollID} onWhole={setWhole} />}
        </div>
        <div className="grid min-w-0 gap-5">
          <OnDemand title={t`How it was counted`}>
            <HowCounted outcome={outcome} whole={whole} />
          </OnDemand>
          {outcome.results.ballots > 0 && (
            <OnDemand title={t`Pictures of the count`}>
              <Pictures outcome={outcome} rounds={official.rounds} />
            </OnDemand>
          )}
          {outcome.results.ballots > 0 && <OtherMethods outcome={outcome} />}
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
  const methodName = methods[method].name
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
              className={`leading-[1.02] font-extrabold tracking-tight text-balance ${winners.length > 2 ? 'text-3xl sm:text-4xl' : 'text-4xl sm:text-6xl'}`}
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

/** The way to a result that was too long to be sent to everybody. */
function Abridged({ pollID, onWhole }: { pollID: string; onWhole: (whole: Results) => void }) {
  const [problem, setProblem] = useState<readonly string[]>([])
  const [waiting, setWaiting] = useState(false)
  const fetchAll = async () => {
    setWaiting(true)
    try {
      onWhole((await getResults(pollID)).results)
    } catch (error) {
      if (error instanceof RequestError) setProblem(error.messages)
      setWaiting(false)
    }
  }
  return (
    <Section title={t`The way to this result`}>
      <p className="mt-1 mb-3 text-muted">
        <Trans>With so many options, the rounds and ties take a while to read.</Trans>
      </p>
      <Button busy={waiting} onClick={fetchAll}>
        <Trans>Show all of the count</Trans>
      </Button>
      <ProblemNote messages={problem} className="mt-3" />
    </Section>
  )
}

function Ties({ outcome }: { outcome: Outcome }) {
  return (
    <Section title={t`Ties on the way`}>
      <ul className="grid gap-2 text-muted">
        {outcome.results.official.ties.map(tie => (
          <li key={tie.stage}>{tieStory(tie, outcome.name)}</li>
        ))}
      </ul>
    </Section>
  )
}
