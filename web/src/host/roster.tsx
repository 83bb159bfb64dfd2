import { plural, t } from '@lingui/core/macro'
import { useState } from 'react'
import { usePoll } from '../poll/use-poll'
import { Button } from '../ui/button'
import { Dialog } from '../ui/dialog'
import { Failed } from '../ui/failed'
import { SearchField } from '../ui/search-field'
import { number } from '../ui/words'
import { LockSwitch } from './lock-switch'
import { RemoveMany } from './remove-many'
import { PersonRow } from './roster-row'
import { useRoster } from './use-roster'
import { useWindow } from './use-window'

const rowHeight = 64 // of a row that is closed, as its class says
const searchFrom = 9

/** Everybody in the poll, with what a host may do about them. Only the rows in sight are on the page. */
export function Roster({ onClose }: { onClose: () => void }) {
  const { poll, me, isHost } = usePoll()
  const [sought, setSought] = useState('')
  const { people, total, next, seen, problem, load, change, forget } = useRoster(sought)
  const [open, setOpen] = useState<string>()
  const { ref, first, last, before, after } = useWindow(
    people.length,
    rowHeight,
    () => next && void load(next),
  )
  const hosts = people.filter(({ role = 'participant' }) => role !== 'participant')
  const removable = total - hosts.length
  if (!isHost) {
    return (
      <Dialog title={t`People`} onClose={onClose}>
        <p className="text-muted">{t`You are no longer the host of this poll.`}</p>
      </Dialog>
    )
  }
  return (
    <Dialog title={t`People`} onClose={onClose} tall>
      <div className="grid gap-4">
        <LockSwitch
          event="lock_room"
          label={t`Lock the room`}
          hint={t`Nobody new comes in. Those who are here stay.`}
          locked={poll.roomLocked ?? false}
        />
        {poll.participantCount >= searchFrom && (
          <SearchField label={t`Search by name`} value={sought} onChange={setSought} />
        )}
        <div>
          <div className="flex min-h-11 flex-wrap items-center justify-between gap-x-3 text-muted">
            <span role="status">
              {sought.trim()
                ? plural(total, { one: '# person found', other: '# people found' })
                : t`${number(poll.participantCount)} in this poll`}
            </span>
            {seen !== poll.participantCount && (
              <Button look="quiet" onClick={() => load()}>
                {t`Refresh`}
              </Button>
            )}
            {sought.trim() && removable > 0 && (
              <RemoveMany matching={sought.trim()} total={removable} onGone={() => setSought('')} />
            )}
          </div>
          <Failed messages={problem} onRetry={() => load()} className="my-3" />
        </div>
      </div>
      <ul ref={ref} style={{ paddingTop: before, paddingBottom: after }} aria-label={t`People in this poll`}>
        {people.slice(first, last).map((person, i) => (
          <PersonRow
            key={person.id}
            person={person}
            position={first + i + 1}
            total={total}
            mine={person.id === me.userID}
            open={open === person.id}
            onToggle={() => setOpen(open === person.id ? undefined : person.id)}
            onChange={by => change(person.id, by)}
            onGone={() => forget(person.id)}
          />
        ))}
      </ul>
    </Dialog>
  )
}
