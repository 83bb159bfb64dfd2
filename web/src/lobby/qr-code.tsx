import { t } from '@lingui/core/macro'
import { useMemo } from 'react'
import { encode } from 'uqr'

/** A text as a QR code: dark on light in every colour scheme, since many scanners want it so. */
export default function QRCode({ text, className }: { text: string; className?: string }) {
  const { size, path } = useMemo(() => {
    const { size, data } = encode(text, { ecc: 'M', border: 3 })
    const path = data.flatMap((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : ''))).join('')
    return { size, path }
  }, [text])
  return (
    <svg viewBox={`0 0 ${size} ${size}`} className={className} shapeRendering="crispEdges" role="img">
      <title>{t`QR code of ${text}`}</title>
      <path d={`M0 0h${size}v${size}H0z`} className="fill-white" />
      <path d={path} className="fill-black" />
    </svg>
  )
}
