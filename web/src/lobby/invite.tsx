import { t } from '@lingui/core/macro'
import { Trans } from '@lingui/react/macro'
import { Suspense, useState } from 'react'
import { withPresent } from '../i18n/parts'
import { pollPath } from '../poll/code'
import { usePoll } from '../poll/use-poll'
import { isLoopback, useSite } from '../session/site'
import { Button } from '../ui/button'
import { CopyButton } from '../ui/copy-button'
import { Code, Share, Warning } from '../ui/icons'
import { part } from '../ui/insist'
import { Section } from '../ui/page'
import { Plate } from './plate'

const QRCode = part(() => import('./qr-code'))
const QRDialog = part(() => import('./qr-dialog'))
const BigScreenButton = part(withPresent(() => import('../present/big-screen')))

/** How others get in: the code to say, the link to send, the picture to scan. */
export function Invite({ pollID, className = '' }: { pollID: string; className?: string }) {
  const { me } = usePoll()
  const [showing, setShowing] = useState(false)
  const site = useSite()
  const link = `${site}${pollPath(pollID)}`
  const host = site.replace(/^https?:\/\//, '')
  return (
    <Section title={t`Invite`} className={className}>
      <Plate code={pollID} />
      {isLoopback(site) && (
        <p className="mt-3 flex gap-2 rounded-2xl bg-red-soft px-3.5 py-2.5 text-sm text-red">
          <Warning />
          <span>
            {t`Phones cannot open this link: it leads to this computer only. Open Caucus at the address that the server printed when it started.`}
          </span>
        </p>
      )}
      <button
        type="button"
        onClick={() => setShowing(true)}
        aria-label={t`Show QR code large`}
        className="mt-4 hidden w-full justify-center rounded-2xl lg:flex"
      >
        <Suspense fallback={<span className="aspect-square w-full max-w-56" />}>
          <QRCode text={link} className="w-full max-w-56 rounded-xl" />
        </Suspense>
      </button>
      <div className="mt-4 grid grid-cols-[repeat(auto-fit,minmax(5.5rem,1fr))] gap-2">
        <CopyButton text={link} className={small}>
          <Trans>Copy link</Trans>
        </CopyButton>
        <CopyButton text={pollID} className={small}>
          <Trans>Copy code</Trans>
        </CopyButton>
        <Button className={`lg:hidden ${small}`} onClick={() => setShowing(true)}>
          <Code />
          <Trans>QR code</Trans>
        </Button>
        {'share' in navigator && (
          <Button className={small} onClick={() => navigator.share({ url: link }).catch(() => {})}>
            <Share />
            <Trans>Share</Trans>
          </Button>
        )}
      </div>
      {me.role !== 'participant' && (
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

const small = 'flex-col gap-1! px-1! text-sm'
