import { Clock } from '../ui/icons'
import { count, moment } from '../ui/words'
import { methods } from './methods'
import type { Poll } from './use-poll'

/** What kind of vote this is, in a line. */
export function Rules({ poll }: { poll: Poll }) {
  const { method, seats, votesPerVoter, allowPartial, closesAt } = poll.settings
  const facts = [
    methods[method].name,
    seats > 1 && count(seats, 'winner'),
    `rank ${allowPartial ? 'up to ' : ''}${votesPerVoter}`,
  ].filter(Boolean)
  return (
    <p className="mt-2.5 flex flex-wrap items-center gap-x-4 gap-y-1 text-muted">
      <span>{facts.join(' · ')}</span>
      {closesAt && poll.phase !== 'closed' && (
        <span className="flex items-center gap-1.5">
          <Clock className="size-4" />
          <span>
            Voting closes <time dateTime={poll.closesAt}>{moment(poll.closesAt)}</time>
          </span>
        </span>
      )}
    </p>
  )
}
