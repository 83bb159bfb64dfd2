import { plural, t } from '@lingui/core/macro'
import { useState } from 'react'
import { usePoll } from '../poll/use-poll'
import { Button } from '../ui/button'
import { People } from '../ui/icons'
import { Newcomers } from './newcomers'
import { Roster } from './roster'

/** For hosts: who is in, and who waits to be let in. */
export default function PeopleTools({ className = '' }: { className?: string }) {
  const { poll, isHost } = usePoll()
  const [open, setOpen] = useState<'people' | 'newcomers'>()
  const waiting = poll.waitingCount ?? 0
  const close = () => setOpen(undefined)
  return (
    <div className={`grid gap-2 empty:hidden ${className}`}>
      {isHost && waiting > 0 && (
        <Button look="primary" onClick={() => setOpen('newcomers')}>
          {plural(waiting, { one: '# person waits to be let in', other: '# people wait to be let in' })}
        </Button>
      )}
      {isHost && poll.participantCount > 1 && (
        <Button onClick={() => setOpen('people')}>
          <People />
          {t`Manage people`}
        </Button>
      )}
      {open === 'people' && <Roster onClose={close} />}
      {open === 'newcomers' && <Newcomers onClose={close} />}
    </div>
  )
}
