import { t } from '@lingui/core/macro'
import { Trans } from '@lingui/react/macro'
import { base } from '../base'
import { pollPath } from '../poll/code'
import { useTitle } from '../ui/page'
import { StillTrying } from '../ui/still-trying'
import { NoOutcome } from './no-outcome'
import { reason, verdict } from './outcome'
import { Standings } from './standings'
import { usePublicOutcome } from './use-public-outcome'

/** A result in the frame of another site: it shows, and leads here; nothing in it commands anything. */
export default function EmbedPage({ pollID }: { pollID: string }) {
  const { outcome, problem, again } = usePublicOutcome(pollID)
  useTitle(outcome ? t`Result: ${outcome.topic}` : '')
  if (!outcome) {
    return (
      <main id="main" className="p-4">
        <StillTrying />
        <NoOutcome problem={problem} again={again} size="text-xl" />
      </main>
    )
  }
  const { winners } = outcome.results.official
  return (
    <main id="main" className="mx-auto max-w-xl p-4">
      <h1 className="own-lines text-xl font-bold">
        <bdi>{outcome.topic}</bdi>
      </h1>
      <section
        className={`my-4 rounded-3xl px-5 py-5 ${winners.length > 0 ? 'bg-brass-fill text-on-brass' : 'bg-sunk'}`}
      >
        <h2 className="font-semibold">{verdict(outcome)}</h2>
        <ul className="text-3xl leading-tight font-extrabold">
          {winners.map(option => (
            <li key={option} className="own-lines">
              <bdi>{outcome.name(option)}</bdi>
            </li>
          ))}
        </ul>
        <p className="mt-2">{reason(outcome)}</p>
      </section>
      {winners.length > 0 && <Standings outcome={outcome} />}
      <p className="mt-4 text-sm">
        <a
          href={`${base}${pollPath(pollID)}`}
          target="_blank"
          rel="noopener"
          className="font-semibold text-green underline"
        >
          <Trans>The whole count, on Caucus</Trans>
        </a>
      </p>
    </main>
  )
}
