import { t } from '@lingui/core/macro'
import { useState } from 'react'
import type { RosterEntry } from '../contract.gen'
import { usePoll } from '../poll/use-poll'
import type { CommandName } from '../session/command'
import { useCommand } from '../session/use-command'
import { Badge, PersonBadges } from '../ui/badge'
import { Button, IconButton } from '../ui/button'
import { Menu } from '../ui/icons'
import { ProblemNote } from '../ui/problem'
import { isolate } from '../ui/words'

type Event = Extract<CommandName, 'remove_participant' | 'make_admin' | 'add_host' | 'remove_host'>

/** A person in the roster, and what can be done about them, which asks first where it must. */
export function PersonRow({
  person,
  position,
  total,
  mine,
  open,
  onToggle,
  onChange,
  onGone,
}: {
  person: RosterEntry
  /** From 1, of all people; most of the others are not on the page. */
  position: number
  total: number
  mine: boolean
  open: boolean
  onToggle: () => void
  onChange: (by: Partial<RosterEntry>) => void
  onGone: () => void
}) {
  const { poll, isAdmin } = usePoll()
  const isHost = person.role !== undefined && person.role !== 'participant'
  const mayAct = !mine && (isAdmin || !isHost)
  return (
    <li className="border-t border-line" aria-setsize={total} aria-posinset={position}>
      <div className="flex h-16 items-center gap-3">
        <span
          className={`size-2.5 shrink-0 rounded-full ${person.online ? 'bg-green' : 'border border-edge'}`}
          aria-hidden="true"
        />
        <span className="min-w-0 flex-1">
          <bdi className="block truncate font-semibold">{person.name || t`Guest`}</bdi>
          <span className="flex gap-1.5 overflow-hidden">
            <PersonBadges host={person.id === poll.adminID} own={mine} />
            {person.role === 'host' && <Badge>{t`Co-host`}</Badge>}
            {person.spectates && <Badge>{t`Watches`}</Badge>}
            {person.voted && <Badge>{t`Voted`}</Badge>}
            <span className="sr-only">{person.online ? t`online` : t`offline`}</span>
          </span>
        </span>
        {mayAct && (
          <IconButton label={t`Options for ${person.name}`} aria-expanded={open} onClick={onToggle}>
            <Menu />
          </IconButton>
        )}
      </div>
      {open && mayAct && (
        <Acts person={person} isHost={isHost} onChange={onChange} onGone={onGone} onClose={onToggle} />
      )}
    </li>
  )
}

function Acts({
  person,
  isHost,
  onChange,
  onGone,
  onClose,
}: {
  person: RosterEntry
  isHost: boolean
  onChange: (by: Partial<RosterEntry>) => void
  onGone: () => void
  onClose: () => void
}) {
  const { isAdmin } = usePoll()
  const [asking, setAsking] = useState<Event>()
  const { busy, problem, run } = useCommand()
  const name = isolate(person.name)
  const act = async (event: Event) => {
    if (!(await run(event, { id: person.id })).ok) return
    onClose()
    if (event === 'remove_participant') onGone()
    else if (event === 'add_host') onChange({ role: 'host' })
    else if (event === 'remove_host') onChange({ role: 'participant' })
    else onChange({ role: 'admin' })
  }
  const questions: Record<Event, string> = {
    remove_participant: t`Remove ${name}? A ballot that they have cast is taken out. With the code they can join again.`,
    make_admin: t`Hand the poll over to ${name}? You will no longer be its host.`,
    add_host: t`Make ${name} a co-host? They can edit, open, close and reveal like you.`,
    remove_host: t`Take the role of a co-host away from ${name}?`,
  }
  return (
    <div className="mb-3 rounded-xl bg-sunk p-3 text-sm">
      {asking ? (
        <>
          <p>{questions[asking]}</p>
          <div className="mt-2 flex flex-wrap gap-2">
            <Button
              look={asking === 'remove_participant' ? 'alarm' : 'primary'}
              busy={busy}
              onClick={() => act(asking)}
            >
              {asking === 'remove_participant' ? t`Remove` : t`Yes`}
            </Button>
            <Button onClick={() => setAsking(undefined)}>{t`Go back`}</Button>
          </div>
        </>
      ) : (
        <div className="flex flex-wrap gap-1">
          {isAdmin && (
            <Button look="quiet" onClick={() => setAsking(isHost ? 'remove_host' : 'add_host')}>
              {isHost ? t`No longer co-host` : t`Make co-host`}
            </Button>
          )}
          {isAdmin && (
            <Button look="quiet" onClick={() => setAsking('make_admin')}>
              {t`Hand over the poll`}
            </Button>
          )}
          <Button look="danger" onClick={() => setAsking('remove_participant')}>
            {t`Remove`}
          </Button>
        </div>
      )}
      <ProblemNote messages={problem} className="mt-2" />
    </div>
  )
}
