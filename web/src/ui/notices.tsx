import { t } from '@lingui/core/macro'
import { dismiss, notices } from '../session/notices'
import { IconButton } from './button'
import { Check, Close, Warning } from './icons'

/** What has happened, at the head of every page; it stays in sight while the page scrolls, and leaves most of it free. */
export function Notices() {
  const list = notices.use()
  return (
    <div
      role="status"
      className="sticky top-2 z-40 mx-auto grid max-h-[25dvh] max-w-xl gap-2 overflow-y-auto px-4 empty:hidden print:hidden"
    >
      {list.toReversed().map(({ id, tone, text }) => (
        <div
          key={id}
          className={`appear flex items-center gap-3 rounded-2xl border ps-4 shadow-lift ${tone === 'good' ? 'border-green bg-green-soft text-green' : 'border-red bg-red-soft text-red'}`}
        >
          {tone === 'good' ? <Check /> : <Warning />}
          <p className="min-w-0 flex-1 py-2.5 font-semibold">{text}</p>
          <IconButton label={t`Dismiss`} onClick={() => dismiss(id)} className="text-current!">
            <Close />
          </IconButton>
        </div>
      ))}
    </div>
  )
}
