import { t } from '@lingui/core/macro'
import { Suspense, useEffect, useState } from 'react'
import { LoopbackNote } from '../poll/loopback-note'
import { usePoll } from '../poll/use-poll'
import { getScreen } from '../session/connection'
import { hadScreen, rememberScreen } from '../session/memory'
import { useSite } from '../session/site'
import { useAsked } from '../session/use-asked'
import { useCommand } from '../session/use-command'
import { Button, buttonClass } from '../ui/button'
import { CopyButton } from '../ui/copy-button'
import { Dialog } from '../ui/dialog'
import { part } from '../ui/part'
import { ProblemNote } from '../ui/problem'
import { screenLink } from './screen-token'

const QRCode = part(() => import('../lobby/qr-code'))

/** For hosts, the way to a screen that shows the poll to the room. */
export default function BigScreenButton({ className = '' }: { className?: string }) {
  const { poll, isHost } = usePoll()
  const [link, setLink] = useState<string>()
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<string[]>([])
  const site = useSite()
  if (!isHost) return null
  const open = async () => {
    setBusy(true)
    const { accessToken, error } = await getScreen()
    setBusy(false)
    setProblem(error ? [error.message] : [])
    if (!accessToken) return
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
  const reveal = (on: boolean) => void ask(on, run('edit_poll', { reveal: on }))
  // The first screen of a poll turns the reveal on; from then on that is the host's choice.
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when it opens
  useEffect(() => {
    if (hadScreen(poll.id)) return
    rememberScreen(poll.id)
    if (poll.phase === 'lobby' && !poll.settings.reveal) reveal(true)
  }, [])
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
        <LoopbackNote />
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
            onChange={({ target: { checked } }) => reveal(checked)}
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
