import { plural, t } from '@lingui/core/macro'
import { Trans } from '@lingui/react/macro'
import { ConfirmButton } from '../poll/confirm'
import { usePoll } from '../poll/use-poll'
import { send } from '../session/connection'
import { ActionBar } from '../ui/action-bar'

/** For the admin, the way on, or why there is none yet; for the others, what they wait for. */
export function StartBar() {
  const { poll, isAdmin } = usePoll()
  if (!isAdmin) {
    return (
      <p className="mt-8 text-center text-muted">
        <Trans>Voting starts when the admin opens it.</Trans>
      </p>
    )
  }
  const { allowPartial, votesPerVoter } = poll.settings
  const options = Object.keys(poll.nominations).length
  const missing = (allowPartial ? 2 : votesPerVoter) - options
  return (
    <ActionBar>
      <div className="flex items-center justify-between gap-4">
        <p id="start-reason" className="text-sm text-muted">
          {missing > 0
            ? plural(missing, {
                one: '# more nomination needed to start.',
                other: '# more nominations needed to start.',
              })
            : plural(options, { one: '# option to vote on.', other: '# options to vote on.' })}
        </p>
        <ConfirmButton
          look="primary"
          label={t`Start voting`}
          className="min-h-13 shrink-0 px-6 text-lg"
          aria-disabled={missing > 0}
          aria-describedby="start-reason"
          title={t`Open the vote?`}
          confirm={t`Open the vote`}
          command={() => send('start_vote', {})}
        >
          <Trans>The nominations are final from then on. People can still join, and vote.</Trans>
        </ConfirmButton>
      </div>
    </ActionBar>
  )
}
