import { t } from '@lingui/core/macro'
import { useSnapshot } from 'valtio'
import { store } from '../session/store'
import { openDialogs } from '../ui/open-dialogs'

/** Says that there is no connection, and why, or that something is not confirmed yet. A short break is not worth a word. */
export function ConnectionNote({ className = '' }: { className?: string }) {
  const { connection, refusal, pending } = useSnapshot(store)
  const lost = connection === 'offline' && (refusal ?? t`Connection lost. Reconnecting…`)
  const unconfirmed = pending.some(({ late }) => late) && t`Not confirmed yet, still trying`
  return (
    <div role="status" className={`empty:hidden ${className}`}>
      {(lost || unconfirmed) && (
        <p
          className={`${unconfirmed ? '' : 'late'} flex items-center gap-2.5 rounded-3xl bg-ink px-4 py-2.5 text-sm font-semibold text-paper shadow-lift`}
        >
          <span className="pulse size-2.5 shrink-0 rounded-full bg-brass-fill" aria-hidden="true" />
          <span>
            {lost && <span className="block">{lost}</span>}
            {unconfirmed && <span className="block">{unconfirmed}</span>}
          </span>
        </p>
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
