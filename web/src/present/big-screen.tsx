import { t } from '@lingui/core/macro'
import { Suspense, useState } from 'react'
import { usePoll } from '../poll/use-poll'
import { getScreen, send } from '../session/connection'
import { useSite } from '../session/site'
import { useAsked } from '../session/use-asked'
import { useCommand } from '../session/use-command'
import { Button, buttonClass } from '../ui/button'
import { CopyButton } from '../ui/copy-button'
import { Dialog } from '../ui/dialog'
import { part } from '../ui/insist'
import { ProblemNote } from '../ui/problem'
import { screenLink } from './screen-token'

const QRCode = part(() => import('../lobby/qr-code'))

/** The polls that this page made a screen for: the first one turns the reveal on, which the host may turn off. */
const screened = new Set<string>()

/** For hosts, the way to a screen that shows the poll to the room. */
export default function BigScreenButton({ className = '' }: { className?: string }) {
  const { poll, me } = usePoll()
  const [link, setLink] = useState<string>()
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<string[]>([])
  const site = useSite()
  if (me.role === 'participant') return null
  const open = async () => {
    setBusy(true)
    const { accessToken, error } = await getScreen()
    setBusy(false)
    setProblem(error ? [error.message] : [])
    if (!accessToken) return
    if (!screened.has(poll.id) && poll.phase === 'lobby' && !poll.settings.reveal)
      void send('edit_poll', { reveal: true })
    screened.add(poll.id)
    setLink(screenLink(site, poll.id, accessToken))
  }
  return (
    <>
      <Button busy={busy} onClick={open} className={className}>
        {t`Big screen`}
      </Button>
      <ProblemNote messages={problem} className="mt-3" />
      {link && <BigScreen link={link} onClose={() => setLink(undefined)} />}
    </>
  )
}

function BigScreen({ link, onClose }: { link: string; onClose: () => void }) {
  const { poll } = usePoll()
  const { busy, problem, run } = useCommand()
  const { shown: reveals, ask } = useAsked(poll.settings.reveal === true)
  return (
    <Dialog title={t`Big screen`} onClose={onClose}>
      <p className="text-muted">
        {t`A page for the projector, which shows the poll and can change nothing in it. Your phone is its remote control.`}
      </p>
      <div className="mt-4 grid gap-2">
        <a href={link} target="_blank" rel="noopener" className={buttonClass('primary', 'min-h-13')}>
          {t`Open it here`}
        </a>
        <CopyButton text={link}>{t`Copy its link`}</CopyButton>
      </div>
      <details className="mt-2">
        <summary className="flex min-h-11 items-center font-semibold text-green">{t`QR code of its link`}</summary>
        <Suspense fallback={<div className="h-64" />}>
          <QRCode text={link} className="mx-auto w-64 rounded-xl" />
        </Suspense>
        <p className="mt-2 text-sm text-muted">
          {t`For the device at the projector. Show it to nobody else: it opens the big screen.`}
        </p>
      </details>
      {poll.phase === 'lobby' && (
        <label className="mt-5 flex min-h-11 items-start gap-3">
          <input
            type="checkbox"
            checked={reveals}
            aria-busy={busy || undefined}
            onChange={({ target: { checked } }) => void ask(checked, run('edit_poll', { reveal: checked }))}
            className="mt-1 size-5 accent-green"
          />
          <span>
            <span className="font-semibold">{t`Reveal the result step by step`}</span>
            <span className="block text-sm text-muted">
              {t`When voting closes nobody sees the result, until you play the count on the big screen.`}
            </span>
          </span>
        </label>
      )}
      <ProblemNote messages={problem} className="mt-3" />
    </Dialog>
  )
}
