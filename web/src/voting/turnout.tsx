import { plural, t } from '@lingui/core/macro'
import { Trans } from '@lingui/react/macro'
import { ConfirmButton } from '../poll/confirm'
import { usePoll } from '../poll/use-poll'
import type { Look } from '../ui/button'
import { Hemicycle } from '../ui/hemicycle'
import { Section } from '../ui/page'
import { number } from '../ui/words'

/** How many have voted, if that is shown. */
export function Turnout({ className = '' }: { className?: string }) {
  const { poll, isAdmin } = usePoll()
  const { ballotCount, participantCount } = poll
  if (ballotCount === undefined && !isAdmin) return null
  return (
    <Section title={t`Turnout`} className={className}>
      {ballotCount === undefined ? (
        <p className="text-muted">{t`Shown once voting has closed.`}</p>
      ) : (
        <>
          <Hemicycle seats={participantCount} taken={ballotCount} className="mx-auto w-full max-w-64" />
          <p className="mt-1 text-center text-muted">
            <Trans>
              <span className="font-semibold text-ink tabular-nums">
                {number(ballotCount)} of {number(participantCount)}
              </span>{' '}
              have voted
            </Trans>
          </p>
        </>
      )}
    </Section>
  )
}

/** The end of the vote, in the host's hand. */
export function CloseButton({ look }: { look: Look }) {
  const { ballotCount, settings } = usePoll().poll
  return (
    <ConfirmButton
      look={look}
      label={t`Close voting`}
      className="min-h-13"
      title={t`Close the vote?`}
      confirm={t`Close and count`}
      event="close_poll"
      payload={{}}
    >
      {ballotCount === 0
        ? t`Nobody has voted yet, so there will be no winner. This cannot be undone.`
        : settings.reveal
          ? t`The ballots are counted, and nobody sees the result before you show it.`
          : ballotCount === undefined
            ? t`The ballots are counted and everybody sees the result. This cannot be undone.`
            : plural(ballotCount, {
                one: '# ballot will be counted and everybody sees the result. This cannot be undone.',
                other: '# ballots will be counted and everybody sees the result. This cannot be undone.',
              })}
    </ConfirmButton>
  )
}
