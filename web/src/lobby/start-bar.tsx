import { plural, t } from '@lingui/core/macro'
import { ConfirmButton } from '../poll/confirm'
import { usePoll } from '../poll/use-poll'
import { ActionBar } from '../ui/action-bar'

/** For the host, the way on, or why there is none yet; for the others, what they wait for. */
export function StartBar() {
  const { poll, isAdmin } = usePoll()
  if (!isAdmin) return <ActionBar status={<p>{t`Voting starts when the host opens it.`}</p>} />
  const { allowPartial, votesPerVoter } = poll.settings
  const options = Object.keys(poll.nominations).length
  const missing = (allowPartial ? 2 : votesPerVoter) - options
  return (
    <ActionBar
      status={
        <p id="start-reason">
          {missing > 0
            ? plural(missing, {
                one: '# more nomination needed to start.',
                other: '# more nominations needed to start.',
              })
            : plural(options, { one: '# option to vote on.', other: '# options to vote on.' })}
        </p>
      }
    >
      <ConfirmButton
        look="primary"
        label={t`Start voting`}
        className="min-h-13 px-6 text-lg"
        aria-disabled={missing > 0}
        aria-describedby="start-reason"
        title={t`Open the vote?`}
        confirm={t`Open the vote`}
        event="start_vote"
        payload={{}}
      >
        {t`The nominations are final from then on. People can still join, and vote.`}
      </ConfirmButton>
    </ActionBar>
  )
}
