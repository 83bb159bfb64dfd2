import { t } from '@lingui/core/macro'
import { Trans } from '@lingui/react/macro'
import { LoopbackNote } from '../poll/loopback-note'
import { Dialog } from '../ui/dialog'
import { Plate } from './plate'
import QRCode from './qr-code'

/** The link as a large picture to scan, and the code to type. */
export default function QRDialog({
  link,
  host,
  code,
  onClose,
}: {
  link: string
  host: string
  code: string
  onClose: () => void
}) {
  return (
    <Dialog title={t`Scan to join`} onClose={onClose}>
      <QRCode text={link} className="mx-auto w-full max-w-80 rounded-2xl" />
      <p className="mt-5 mb-2 text-center text-muted">
        <Trans>
          or open <span className="font-semibold break-all text-ink">{host}</span> and enter
        </Trans>
      </p>
      <Plate code={code} />
      <LoopbackNote className="mt-4 text-sm" />
    </Dialog>
  )
}
