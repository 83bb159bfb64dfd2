import { t } from '@lingui/core/macro'
import { isLoopback, useSite } from '../session/site'
import { Warning } from '../ui/icons'

/** Stands beside every link and picture of one: whether phones can open it. */
export function LoopbackNote({ className = 'text-sm' }: { className?: string }) {
  if (!isLoopback(useSite())) return null
  return (
    <p className={`flex gap-2 rounded-2xl bg-red-soft px-3.5 py-2.5 text-start text-red ${className}`}>
      <Warning />
      <span>{loopbackWarning()}</span>
    </p>
  )
}

export const loopbackWarning = () =>
  t`Phones cannot open this link: it leads to this computer only. Open Caucus at the address that the server printed when it started.`
