import { t } from '@lingui/core/macro'
import { useSnapshot } from 'valtio'
import { store } from '../session/store'

/** Says that there is no connection, and why, over the page so that nothing moves. A short break is not worth a word. */
export function ConnectionBanner() {
  const { connection, refusal } = useSnapshot(store)
  return (
    <div role="status" className="pointer-events-none fixed inset-x-0 top-2 z-40 flex justify-center px-4">
      {connection === 'offline' && (
        <p className="late flex items-center gap-2.5 rounded-3xl bg-ink px-4 py-2.5 text-sm font-semibold text-paper shadow-lift">
          <span className="pulse size-2.5 shrink-0 rounded-full bg-brass-fill" aria-hidden="true" />
          {refusal ?? t`Connection lost. Reconnecting…`}
        </p>
      )}
    </div>
  )
}
