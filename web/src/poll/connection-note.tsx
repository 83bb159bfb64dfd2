import { t } from '@lingui/core/macro'
import { useSnapshot } from 'valtio'
import { overdue } from '../session/overdue'
import { store } from '../session/store'
import { openDialogs } from '../ui/open-dialogs'
import { Pill } from '../ui/pill'
import { useLate } from '../ui/use-late'

/** Says that there is no connection, and why, or that something is not confirmed yet. A short break is not worth a word. */
export function ConnectionNote({ className = '' }: { className?: string }) {
  const { connection, refusal, pending } = useSnapshot(store)
  const unanswered = overdue.use() > 0
  const slow = useLate(connection === 'connecting')
  const lost = connection === 'offline' && (refusal ?? t`Connection lost. Reconnecting…`)
  const late = slow || unanswered || pending.some(({ late }) => late)
  const unconfirmed = late && t`Not confirmed yet, still trying`
  return (
    <div role="status" className={`empty:hidden ${className}`}>
      {(lost || unconfirmed) && (
        <Pill className={unconfirmed ? '' : 'late'}>
          {lost && <span className="block">{lost}</span>}
          {unconfirmed && <span className="block">{unconfirmed}</span>}
        </Pill>
      )}
    </div>
  )
}

/** The same over the page, so that nothing moves; in an open dialog it stands there instead. */
export function ConnectionBanner() {
  if (openDialogs.use() > 0) return null
  return (
    <div className="pointer-events-none fixed inset-x-0 top-2 z-50 flex justify-center px-4">
      <ConnectionNote />
    </div>
  )
}
