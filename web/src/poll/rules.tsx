import { plural, t } from '@lingui/core/macro'
import { Trans } from '@lingui/react/macro'
import { Clock } from '../ui/icons'
import { moment, number } from '../ui/words'
import { Countdown } from './countdown'
import { methodNames } from './methods'
import { optionsOf, type Poll } from './use-poll'

/** What kind of vote this is, in a line. */
export function Rules({ poll }: { poll: Poll }) {
  const { method, seats, votesPerVoter, allowPartial, closesAt } = poll.settings
  const voting = poll.phase === 'voting'
  const places = voting ? Math.min(votesPerVoter, optionsOf(poll).length) : votesPerVoter // more may be nominated
  const facts = [
    methodNames[method],
    seats > 1 && plural(seats, { one: '# winner', other: '# winners' }),
    allowPartial ? t`rank up to ${number(places)}` : t`rank ${number(places)}`,
  ].filter(Boolean)
  const closing = moment(poll.closesAt)
  return (
    <p className="mt-2.5 flex flex-wrap items-center gap-x-4 gap-y-1 text-muted">
      <span>{facts.join(' · ')}</span>
      {voting && <Countdown poll={poll} />}
      {closesAt && poll.phase === 'lobby' && (
        <span className="flex items-center gap-1.5">
          <Clock className="size-4" />
          <span>
            <Trans>
              Voting closes <time dateTime={poll.closesAt}>{closing}</time>
            </Trans>
          </span>
        </span>
      )}
    </p>
  )
}
