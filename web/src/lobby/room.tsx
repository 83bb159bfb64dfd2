import { plural, t } from '@lingui/core/macro'
import { Plural, Trans } from '@lingui/react/macro'
import { Suspense, useState } from 'react'
import { withHost } from '../i18n/parts'
import { usePoll } from '../poll/use-poll'
import { PersonBadges } from '../ui/badge'
import { Hemicycle } from '../ui/hemicycle'
import { Lock } from '../ui/icons'
import { Section, Tally } from '../ui/page'
import { part } from '../ui/part'
import { number } from '../ui/words'

const PeopleTools = part(withHost(() => import('../host/people-tools')))

/** The people here. */
export function Room({ className = '' }: { className?: string }) {
  const { poll, me, isHost } = usePoll()
  const [wasHost, setWasHost] = useState(isHost) // whoever hands over in a dialog is told so there
  if (isHost && !wasHost) setWasHost(true)
  const watching = poll.spectatorCount ?? 0
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
        {watching > 0 && ` · ${plural(watching, { one: '# only watches', other: '# only watch' })}`}
      </p>
      {poll.roomLocked && (
        <p className="mt-1 flex items-center justify-center gap-1.5 text-sm text-muted">
          <Lock className="size-4" />
          {t`The room is locked`}
        </p>
      )}
      <ul className="mt-4 flex flex-wrap gap-1.5" aria-label={t`Newest first`}>
        {poll.newest.map(({ id, name }) => (
          <li
            key={id}
            className="appear flex max-w-full min-w-0 items-center gap-1.5 rounded-full bg-sunk px-3 py-1 text-sm font-medium"
          >
            <bdi className="min-w-0 truncate">{name}</bdi>
            <PersonBadges
              host={id === poll.adminID || poll.hosts?.includes(id) === true}
              own={id === me.userID}
            />
          </li>
        ))}
        {others > 0 && (
          <li className="px-2 py-1 text-sm text-muted">
            <Trans>and {number(others)} more</Trans>
          </li>
        )}
      </ul>
      {wasHost && (
        <Suspense>
          <PeopleTools className="mt-4" />
        </Suspense>
      )}
    </Section>
  )
}
