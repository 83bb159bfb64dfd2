import { t } from '@lingui/core/macro'
import type { ReactNode } from 'react'
import { Star } from './icons'

const looks = {
  host: 'bg-brass-fill text-on-brass',
  own: 'bg-green-soft text-green',
  plain: 'bg-card text-muted border border-line',
  bad: 'bg-red-soft text-red',
}

/** A word of ours beside what people wrote: its plate is something that no text can imitate. */
export function Badge({ look = 'plain', children }: { look?: keyof typeof looks; children: ReactNode }) {
  return (
    <span
      className={`inline-flex shrink-0 items-center gap-1 rounded-full px-2 py-0.5 text-xs font-bold whitespace-nowrap ${looks[look]}`}
    >
      {children}
    </span>
  )
}

/** Marks the host, and oneself. */
export function PersonBadges({ host, own }: { host: boolean; own: boolean }) {
  return (
    <>
      {host && (
        <Badge look="host">
          <Star className="size-3" />
          {t`Host`}
        </Badge>
      )}
      {own && <Badge look="own">{t`You`}</Badge>}
    </>
  )
}
