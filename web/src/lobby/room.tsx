import { t } from '@lingui/core/macro'
import { Plural, Trans } from '@lingui/react/macro'
import { Suspense, useState } from 'react'
import { usePoll } from '../poll/use-poll'
import { PersonBadges } from '../ui/badge'
import { Button } from '../ui/button'
import { Hemicycle } from '../ui/hemicycle'
import { People } from '../ui/icons'
import { part } from '../ui/insist'
import { Section, Tally } from '../ui/page'
import { number } from '../ui/words'

const Roster = part(() => import('../poll/roster'))

/** Who is here. */
export function Room({ className = '' }: { className?: string }) {
  const { poll, me, isAdmin } = usePoll()
  const [managing, setManaging] = useState(false)
  const others = poll.participantCount - poll.newest.length
  return (
    <Section title={t`People`} className={className} aside={<Tally n={poll.participantCount} />}>
      <Hemicycle
        seats={Math.max(poll.participantCount, 14)}
        taken={poll.onlineCount}
        className="mx-auto w-full max-w-64"
      />
      <p className="mt-1 text-center text-sm text-muted">
        <Trans>
          <Plural value={poll.participantCount} one="# person" other="# people" />, {number(poll.onlineCount)}{' '}
          online
        </Trans>
      </p>
      <ul className="mt-4 flex flex-wrap gap-1.5" aria-label={t`Newest first`}>
        {poll.newest.map(({ id, name }) => (
          <li
            key={id}
            className="appear flex max-w-full min-w-0 items-center gap-1.5 rounded-full bg-sunk px-3 py-1 text-sm font-medium"
          >
            <bdi className="min-w-0 truncate">{name}</bdi>
            <PersonBadges host={id === poll.adminID} own={id === me.userID} />
          </li>
        ))}
        {others > 0 && (
          <li className="px-2 py-1 text-sm text-muted">
            <Trans>and {number(others)} more</Trans>
          </li>
        )}
      </ul>
      {isAdmin && poll.participantCount > 1 && (
        <Button className="mt-4 w-full" onClick={() => setManaging(true)}>
          <People />
          <Trans>Manage people</Trans>
        </Button>
      )}
      <Suspense>{managing && <Roster onClose={() => setManaging(false)} />}</Suspense>
    </Section>
  )
}
