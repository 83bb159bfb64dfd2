import { t } from '@lingui/core/macro'
import { Trans } from '@lingui/react/macro'
import { Suspense } from 'react'
import { withHost } from '../i18n/parts'
import { usePoll, votersOf } from '../poll/use-poll'
import { Hemicycle } from '../ui/hemicycle'
import { Section } from '../ui/page'
import { part } from '../ui/part'
import { number } from '../ui/words'

const PeopleTools = part(withHost(() => import('../host/people-tools')))
const Timer = part(withHost(() => import('../host/timer')))

/** How many have voted, if that is shown. */
export function Turnout({ className = '' }: { className?: string }) {
  const { poll, isHost } = usePoll()
  const { ballotCount } = poll
  const voters = votersOf(poll)
  if (ballotCount === undefined && !isHost) return null
  return (
    <Section title={t`Turnout`} className={className}>
      {ballotCount === undefined ? (
        <p className="text-muted">{t`Shown once voting has closed.`}</p>
      ) : (
        <>
          <Hemicycle
            seats={Math.max(voters, ballotCount)}
            taken={ballotCount}
            className="mx-auto w-full max-w-64"
          />
          <p className="mt-1 text-center text-muted">
            <Trans>
              <span className="font-semibold text-ink tabular-nums">
                {number(ballotCount)} of {number(voters)}
              </span>{' '}
              have voted
            </Trans>
          </p>
        </>
      )}
      {isHost && (
        <Suspense fallback={<div className="mt-4 min-h-11" />}>
          <Timer className="mt-4" />
          <PeopleTools className="mt-2" />
        </Suspense>
      )}
    </Section>
  )
}
