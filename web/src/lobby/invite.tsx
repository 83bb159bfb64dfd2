import { t } from '@lingui/core/macro'
import { Trans } from '@lingui/react/macro'
import { Suspense, useState } from 'react'
import { withPresent } from '../i18n/parts'
import { pollPath } from '../poll/code'
import { LoopbackNote } from '../poll/loopback-note'
import { usePoll } from '../poll/use-poll'
import { useSite } from '../session/site'
import { Button } from '../ui/button'
import { CopyButton } from '../ui/copy-button'
import { Code, Share } from '../ui/icons'
import { Section } from '../ui/page'
import { part } from '../ui/part'
import { useMedia } from '../ui/use-media'
import { Plate } from './plate'

const QRCode = part(() => import('./qr-code'))
const QRDialog = part(() => import('./qr-dialog'))
const BigScreenButton = part(withPresent(() => import('../present/big-screen')))

/** How others get in: the code to say, the link to send, the picture to scan. */
export function Invite({ pollID, className = '' }: { pollID: string; className?: string }) {
  const { isHost } = usePoll()
  const [showing, setShowing] = useState(false)
  const wide = useMedia('(min-width: 64rem)') // with room for the picture; a phone does not even fetch it
  const site = useSite()
  const link = `${site}${pollPath(pollID)}`
  const host = site.replace(/^https?:\/\//, '')
  return (
    <Section title={t`Invite`} className={className}>
      <Plate code={pollID} />
      <LoopbackNote className="mt-3 text-sm" />
      {wide && (
        <button
          type="button"
          onClick={() => setShowing(true)}
          aria-label={t`Show QR code large`}
          className="mt-4 flex w-full justify-center rounded-2xl"
        >
          <Suspense fallback={<span className="aspect-square w-full max-w-56" />}>
            <QRCode text={link} className="w-full max-w-56 rounded-xl" />
          </Suspense>
        </button>
      )}
      <p className="mt-3 hidden text-center font-semibold print:block" dir="ltr">
        {link}
      </p>
      <div className="mt-4 grid grid-cols-[repeat(auto-fit,minmax(5.5rem,1fr))] gap-2">
        <CopyButton text={link} className={small}>
          <Trans>Copy link</Trans>
        </CopyButton>
        <CopyButton text={pollID} className={small}>
          <Trans>Copy code</Trans>
        </CopyButton>
        {!wide && (
          <Button className={small} onClick={() => setShowing(true)}>
            <Code />
            <Trans>QR code</Trans>
          </Button>
        )}
        {'share' in navigator && (
          <Button className={small} onClick={() => navigator.share({ url: link }).catch(() => {})}>
            <Share />
            <Trans>Share</Trans>
          </Button>
        )}
      </div>
      {isHost && (
        <Suspense>
          <BigScreenButton className="mt-2 w-full" />
        </Suspense>
      )}
      {showing && (
        <Suspense>
          <QRDialog link={link} host={host} code={pollID} onClose={() => setShowing(false)} />
        </Suspense>
      )}
    </Section>
  )
}

const small = 'stacked px-1! text-sm'
