import { t } from '@lingui/core/macro'
import { Suspense, useCallback, useEffect, useState } from 'react'
import { pollPath } from '../poll/code'
import { LoopbackNote } from '../poll/loopback-note'
import { useNow } from '../poll/use-now'
import { usePoll } from '../poll/use-poll'
import { getDeviceCode } from '../session/connection'
import { useSite } from '../session/site'
import { Button } from '../ui/button'
import { CopyButton } from '../ui/copy-button'
import { Dialog } from '../ui/dialog'
import { Failed } from '../ui/failed'
import { part } from '../ui/part'
import { duration } from '../ui/words'
import { deviceLink } from './device-code'
import { draftAlong } from './draft-along'

const QRCode = part(() => import('../lobby/qr-code'))

/** Goes on with another device: a picture to scan there, which works once and for a minute. */
export default function DeviceDialog({ onClose }: { onClose: () => void }) {
  const { poll } = usePoll()
  const site = useSite()
  const now = useNow()
  const [pass, setPass] = useState<{ code: string; until: number }>()
  const [problem, setProblem] = useState<readonly string[]>([])
  const ask = useCallback(async () => {
    setPass(undefined)
    const { code, expiresAt, error } = await getDeviceCode()
    setProblem(error ? [error.message] : [])
    if (code && expiresAt) setPass({ code, until: Date.parse(expiresAt) })
  }, [])
  useEffect(() => void ask(), [ask])
  const left = pass ? Math.max(0, Math.ceil((pass.until - now) / 1_000)) : 0
  const link = pass && left > 0 ? deviceLink(`${site}${pollPath(poll.id)}`, pass.code) : undefined
  const draft = poll.phase === 'voting' ? draftAlong(poll.id) : ''
  const clock = duration(left)
  return (
    <Dialog title={t`Continue on another device`} onClose={onClose}>
      <p className="mb-4 text-muted">
        {t`Scan this with the other device: it goes on as you. Show it to nobody else; it works once.`}
      </p>
      {draft !== '' && (
        <p className="mb-4 text-muted">
          {draft === undefined
            ? t`The ballot that you have begun is too long for this code. It stays on this device.`
            : t`The ballot that you have begun goes along in this code, but not in the link: links stay where you send them.`}
        </p>
      )}
      <div className="mx-auto grid aspect-square w-full max-w-72 place-items-center rounded-2xl bg-sunk">
        {link && (
          <Suspense>
            <QRCode text={link + (draft ?? '')} className="w-full rounded-2xl" />
          </Suspense>
        )}
        {pass && !link && (
          <Button look="primary" onClick={ask}>
            {t`Show a new code`}
          </Button>
        )}
      </div>
      <p role="timer" className="mt-3 min-h-6 text-center font-semibold tabular-nums">
        {link ? t`${clock} left` : pass ? t`This code has expired.` : ''}
      </p>
      <LoopbackNote className="mt-3 text-sm" />
      <Failed messages={problem} onRetry={ask} className="mt-3" />
      {link && (
        <CopyButton text={link} className="mt-3 w-full">
          {t`Copy link`}
        </CopyButton>
      )}
    </Dialog>
  )
}
