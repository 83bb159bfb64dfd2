import { t } from '@lingui/core/macro'
import { Suspense } from 'react'
import { withPresent } from '../i18n/parts'
import { part } from '../ui/insist'
import { ConfirmButton } from './confirm'
import { usePoll } from './use-poll'

const BigScreenButton = part(withPresent(() => import('../present/big-screen')))

/** The ways out: for everybody, and for all at once. */
export function Exits() {
  const { poll, me, isAdmin } = usePoll()
  return (
    <div className="mt-12 flex flex-wrap justify-center gap-2 border-t border-line pt-5">
      {poll.phase === 'voting' && me.role !== 'participant' && (
        <Suspense>
          <BigScreenButton />
        </Suspense>
      )}
      <ConfirmButton
        look="danger"
        label={t`Leave poll`}
        title={t`Leave this poll?`}
        confirm={t`Leave`}
        event="leave"
        payload={{}}
      >
        {isAdmin
          ? t`You stay its host, and can come back from this browser. To go for good, hand the poll over first.`
          : poll.phase === 'voting'
            ? t`A ballot that you have cast stays in the count.`
            : t`Your nominations stay. You can join again with the code.`}
      </ConfirmButton>
      {isAdmin && (
        <ConfirmButton
          look="danger"
          label={t`Cancel poll`}
          title={t`Cancel the poll for everybody?`}
          confirm={t`Cancel poll`}
          event="cancel_poll"
          payload={{}}
        >
          {t`It ends at once, without a result. This cannot be undone.`}
        </ConfirmButton>
      )}
    </div>
  )
}
