import { plural, t } from '@lingui/core/macro'
import { Trans } from '@lingui/react/macro'
import { ConfirmButton } from '../poll/confirm'
import { usePoll } from '../poll/use-poll'
import { send } from '../session/connection'
import { Hemicycle } from '../ui/hemicycle'
import { Section } from '../ui/page'
import { number } from '../ui/words'

/** How many have voted, if that is shown; and the end of the vote, for the admin. */
export function Turnout({ className = '' }: { className?: string }) {
  const { poll, isAdmin } = usePoll()
  const { ballotCount, participantCount } = poll
  if (ballotCount === undefined && !isAdmin) return null
  return (
    <Section title={t`Turnout`} className={className}>
      {ballotCount === undefined ? (
        <p className="text-muted">
          <Trans>Shown once voting has closed.</Trans>
        </p>
      ) : (
        <>
          <Hemicycle seats={participantCount} taken={ballotCount} className="mx-auto w-full max-w-64" />
          <p className="mt-1 text-center">
            <span className="font-semibold tabular-nums">
              <Trans>
                {number(ballotCount)} of {number(participantCount)}
              </Trans>
            </span>{' '}
            <span className="text-muted">
              <Trans>have voted</Trans>
            </span>
          </p>
        </>
      )}
      {isAdmin && (
        <ConfirmButton
          look="plain"
          label={t`Close voting`}
          className="mt-4 w-full"
          title={t`Close the vote?`}
          confirm={t`Close and count`}
          command={() => send('close_poll', {})}
        >
          {ballotCount === 0
            ? t`Nobody has voted yet, so there will be no winner. This cannot be undone.`
            : ballotCount === undefined
              ? t`The ballots are counted and everybody sees the result. This cannot be undone.`
              : plural(ballotCount, {
                  one: '# ballot will be counted and everybody sees the result. This cannot be undone.',
                  other: '# ballots will be counted and everybody sees the result. This cannot be undone.',
                })}
        </ConfirmButton>
      )}
    </Section>
  )
}
