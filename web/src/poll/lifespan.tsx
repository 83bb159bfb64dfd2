import { Trans } from '@lingui/react/macro'
import { Suspense } from 'react'
import { withHost } from '../i18n/parts'
import { part } from '../ui/part'
import { moment } from '../ui/words'
import { usePoll } from './use-poll'

const KeepLonger = part(withHost(() => import('../host/keep-longer')))

/** How long the poll and its result stay; the admin may have them stay longer. */
export function Lifespan({ className = '' }: { className?: string }) {
  const { poll, isAdmin } = usePoll()
  const until = moment(poll.expiresAt)
  return (
    <div className={`flex flex-wrap items-center justify-center gap-x-2 text-sm text-muted ${className}`}>
      <p className="text-center text-balance">
        <Trans>
          This poll and its result are kept until <time dateTime={poll.expiresAt}>{until}</time>.
        </Trans>
      </p>
      {isAdmin && (
        <Suspense>
          <KeepLonger />
        </Suspense>
      )}
    </div>
  )
}
