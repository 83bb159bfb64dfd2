import { plural, t } from '@lingui/core/macro'
import { ConfirmButton } from '../poll/confirm'
import { usePoll } from '../poll/use-poll'
import type { Look } from '../ui/button'

/** The end of the vote, in the host's hand. */
export default function CloseButton({ look }: { look: Look }) {
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
