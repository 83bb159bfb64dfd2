import { t } from '@lingui/core/macro'
import { Suspense, useState } from 'react'
import { withAsked, withHost, withPresent } from '../i18n/parts'
import { useCommand } from '../session/use-command'
import { Button } from '../ui/button'
import { Eye, Phone } from '../ui/icons'
import { part } from '../ui/part'
import { ProblemNote } from '../ui/problem'
import { ConfirmButton } from './confirm'
import { Lifespan } from './lifespan'
import { usePoll } from './use-poll'

const CancelButton = part(withHost(() => import('../host/cancel-button')))
const DeviceDialog = part(withAsked(() => import('../device/device-dialog')))
const BigScreenButton = part(withPresent(() => import('../present/big-screen')))

/** The ways out: for everybody, and for all at once. */
export function Exits() {
  const { poll, me, isAdmin, isHost } = usePoll()
  return (
    <div className="mt-12 flex flex-wrap justify-center gap-2 border-t border-line pt-5">
      <Lifespan className="mb-2 basis-full" />
      <DeviceButton />
      {poll.phase !== 'closed' && !me.voted && <SpectateButton />}
      {poll.phase === 'voting' && isHost && (
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
        <Suspense>
          <CancelButton />
        </Suspense>
      )}
    </div>
  )
}

/** Goes on elsewhere: the battery of this device may be low. */
export function DeviceButton() {
  const [open, setOpen] = useState(false)
  return (
    <>
      <Button look="quiet" onClick={() => setOpen(true)}>
        <Phone />
        {t`Continue on another device`}
      </Button>
      <Suspense>{open && <DeviceDialog onClose={() => setOpen(false)} />}</Suspense>
    </>
  )
}

function SpectateButton() {
  const { me } = usePoll()
  const { busy, problem, run } = useCommand()
  return (
    <>
      <Button look="quiet" busy={busy} onClick={() => run('spectate', { on: !me.spectates })}>
        <Eye />
        {me.spectates ? t`Take part` : t`Only watch`}
      </Button>
      <ProblemNote messages={problem} className="basis-full" />
    </>
  )
}
