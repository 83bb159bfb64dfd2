import { t } from '@lingui/core/macro'
import { Trans } from '@lingui/react/macro'
import { useState } from 'react'
import { base } from '../base'
import { shareLink } from '../poll/code'
import { Button } from '../ui/button'
import { CopyButton } from '../ui/copy-button'
import { Dialog } from '../ui/dialog'
import { Code, Share } from '../ui/icons'
import { Section } from '../ui/page'
import { QRCode } from './qr-code'

/** How others get in: the code to say, the link to send, the picture to scan. */
export function Invite({ pollID, className = '' }: { pollID: string; className?: string }) {
  const [showing, setShowing] = useState(false)
  const link = shareLink(pollID)
  const host = location.host + base
  return (
    <Section title={t`Invite`} className={className}>
      <Plate code={pollID} />
      <button
        type="button"
        onClick={() => setShowing(true)}
        aria-label={t`Show QR code large`}
        className="mt-4 hidden w-full justify-center rounded-2xl lg:flex"
      >
        <QRCode text={link} className="w-full max-w-56 rounded-xl" />
      </button>
      <div className="mt-4 grid auto-cols-fr grid-flow-col gap-2">
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
      {location.hostname === 'localhost' && (
        <p className="mt-3 text-sm text-muted">
          <Trans>
            This link works on this computer only. For others, open Caucus at the address that the server
            printed when it started.
          </Trans>
        </p>
      )}
      {showing && (
        <Dialog title={t`Scan to join`} onClose={() => setShowing(false)}>
          <QRCode text={link} className="mx-auto w-full max-w-80 rounded-2xl" />
          <p className="mt-5 mb-2 text-center text-muted">
            <Trans>
              or open <span className="font-semibold break-all text-ink">{host}</span> and enter
            </Trans>
          </p>
          <Plate code={pollID} />
        </Dialog>
      )}
    </Section>
  )
}

const small = 'flex-col gap-1! px-1! text-sm'

/** The code on its plate, a letter a field. */
function Plate({ code }: { code: string }) {
  const spelled = code.split('').join(' ')
  return (
    <p className="rounded-2xl bg-brass-soft px-3 py-2.5 text-center" translate="no">
      <span className="sr-only">
        <Trans>Poll code: {spelled}</Trans>
      </span>
      <span
        aria-hidden="true"
        className="text-4xl leading-tight font-extrabold tracking-[0.16em] text-ink select-all"
      >
        {code}
      </span>
    </p>
  )
}
