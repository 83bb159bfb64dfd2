import { Trans } from '@lingui/react/macro'
import { moment } from '../ui/words'
import { usePoll } from './use-poll'

/** How long the poll and its result stay. */
export function Lifespan({ className = '' }: { className?: string }) {
  const { poll } = usePoll()
  const until = moment(poll.expiresAt)
  return (
    <p className={`text-center text-sm text-muted ${className}`}>
      <Trans>
        This poll and its result are kept until <time dateTime={poll.expiresAt}>{until}</time>.
      </Trans>
    </p>
  )
}
