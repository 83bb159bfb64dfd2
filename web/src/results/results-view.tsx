import { useId } from 'react'
import { methods } from '../poll/methods'
import { Section } from '../ui/page'
import { Audit } from './audit'
import { OtherMethods } from './other-methods'
import { type Outcome, reason, tieStory, verdict } from './outcome'
import { Rounds } from './rounds'
import { Standings } from './standings'

/** Who won, how it was counted, and how to check it. */
export function ResultsView({
  outcome,
  ballot = [],
  receipt,
}: {
  outcome: Outcome
  /** One's own. */
  ballot?: readonly string[]
  receipt?: string | undefined
}) {
  const { official } = outcome.results
  return (
    <div className="grid gap-5">
      <Winner outcome={outcome} />
      <div className="grid items-start gap-5 lg:grid-cols-2 lg:gap-8">
        <div className="grid min-w-0 gap-5">
          {official.rounds && official.rounds.length > 0 && (
            <Rounds outcome={outcome} rounds={official.rounds} />
          )}
          <Standings outcome={outcome} ballot={ballot} />
          {official.ties.length > 0 && <Ties outcome={outcome} />}
        </div>
        <div className="grid min-w-0 gap-5">
          {outcome.results.ballots > 0 && <OtherMethods outcome={outcome} />}
          <Audit outcome={outcome} receipt={receipt} />
        </div>
      </div>
    </div>
  )
}

function Winner({ outcome }: { outcome: Outcome }) {
  const { winners, method } = outcome.results.official
  const heading = useId()
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
        {reason(outcome)} Counted by {methods[method].name.toLowerCase()}.
      </p>
    </section>
  )
}

function Ties({ outcome }: { outcome: Outcome }) {
  return (
    <Section title="Ties on the way">
      <ul className="grid gap-2 text-muted">
        {outcome.results.official.ties.map(tie => (
          <li key={tie.stage}>{tieStory(tie, outcome.name)}</li>
        ))}
      </ul>
    </Section>
  )
}
