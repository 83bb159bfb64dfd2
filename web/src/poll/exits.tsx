import { t } from '@lingui/core/macro'
import { Trans } from '@lingui/react/macro'
import { send } from '../session/connection'
import { ConfirmButton } from './confirm'
import { usePoll } from './use-poll'

/** The ways out: for everybody, and for all at once. */
export function Exits() {
  const { poll, isAdmin } = usePoll()
  const voting = poll.phase === 'voting'
  return (
    <footer className="mt-12 flex flex-wrap justify-center gap-2 border-t border-line pt-5">
      <ConfirmButton
        look="danger"
        label={t`Leave poll`}
        title={t`Leave this poll?`}
        confirm={t`Leave`}
        command={() => send('leave', {})}
      >
        {isAdmin
          ? t`You stay its admin, and can come back from this browser. To go for good, hand the poll over first.`
          : voting
            ? t`A ballot that you have cast stays in the count.`
            : t`Your nominations stay. You can join again with the code.`}
      </ConfirmButton>
      {isAdmin && (
        <ConfirmButton
          look="danger"
          label={t`Cancel poll`}
          title={t`Cancel the poll for everybody?`}
          confirm={t`Cancel poll`}
          command={() => send('cancel_poll', {})}
        >
          <Trans>It ends at once, without a result. This cannot be undone.</Trans>
        </ConfirmButton>
      )}
    </footer>
  )
}
