import { t } from '@lingui/core/macro'
import { Trans } from '@lingui/react/macro'
import { useEffect, useState } from 'react'
import type { RosterEntry } from '../contract.gen'
import { getRoster } from '../session/connection'
import { store } from '../session/store'
import { useCommand } from '../session/use-command'
import { Badge, PersonBadges } from '../ui/badge'
import { Button } from '../ui/button'
import { Dialog } from '../ui/dialog'
import { ProblemNote } from '../ui/problem'
import { isolate, number } from '../ui/words'
import { usePoll } from './use-poll'

const pageSize = 50

/** Everybody in the poll, a page at a time, with what the admin may do about them. */
export default function Roster({ onClose }: { onClose: () => void }) {
  const { poll, me, isAdmin } = usePoll()
  const { people, next, stale, problem, load, forget } = useRoster()
  return (
    <Dialog title={t`People`} onClose={onClose}>
      <div className="-mt-2 mb-3 flex min-h-11 items-center justify-between gap-3 text-muted">
        <span>
          <Trans>{number(poll.participantCount)} in this poll</Trans>
        </span>
        {stale && (
          <Button look="quiet" onClick={() => load()}>
            <Trans>Refresh</Trans>
          </Button>
        )}
      </div>
      <ProblemNote messages={problem} />
      <ul className="divide-y divide-line">
        {people.map(person => (
          <Person
            key={person.id}
            person={person}
            mine={person.id === me.userID}
            onGone={() => forget(person.id)}
          />
        ))}
      </ul>
      {next && (
        <Button className="mt-4 w-full" onClick={() => load(next)}>
          <Trans>Show more</Trans>
        </Button>
      )}
      {!isAdmin && (
        <p className="mt-4 text-muted">
          <Trans>You are no longer the host of this poll.</Trans>
        </p>
      )}
    </Dialog>
  )
}

/** The pages that were asked for. Nothing moves by itself: under a finger, that removes the wrong person. */
function useRoster() {
  const { poll } = usePoll()
  const [people, setPeople] = useState<RosterEntry[]>([])
  const [next, setNext] = useState<string>()
  const [seen, setSeen] = useState(poll.participantCount) // how many there were when the list was as it is
  const [problem, setProblem] = useState<string[]>([])
  /** Adds the page after somebody; without them, begins again. */
  const load = async (after?: string) => {
    const roster = await getRoster({ limit: pageSize, ...(after && { after }) })
    setProblem(roster.error ? [roster.error.message] : [])
    if (!roster.ok) return
    const page = roster.participants ?? []
    setPeople(people => (after ? [...people, ...page] : page))
    setNext(roster.next)
    setSeen(store.poll?.participantCount ?? 0)
  }
  const forget = (id: string) => {
    setPeople(people => people.filter(person => person.id !== id))
    setSeen(seen => seen - 1)
  }
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when it opens
  useEffect(() => void load(), [])
  return { people, next, stale: seen !== poll.participantCount, problem, load, forget }
}

function Person({ person, mine, onGone }: { person: RosterEntry; mine: boolean; onGone: () => void }) {
  const { poll, isAdmin } = usePoll()
  const [asking, setAsking] = useState<'remove' | 'hand over'>()
  const { busy, problem, run } = useCommand()
  const act = async () => {
    const { ok } = await run(asking === 'remove' ? 'remove_participant' : 'make_admin', { id: person.id })
    if (!ok) return
    setAsking(undefined)
    if (asking === 'remove') onGone()
  }
  return (
    <li className="py-2.5">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <span
          className={`size-2.5 shrink-0 rounded-full ${person.online ? 'bg-green' : 'border border-edge'}`}
          aria-hidden="true"
        />
        <span className="flex min-w-0 flex-1 basis-40 flex-wrap items-center gap-x-2 gap-y-1">
          <bdi className="min-w-0 font-semibold">{person.name}</bdi>
          <PersonBadges host={person.id === poll.adminID} own={mine} />
          <span className="sr-only">{person.online ? t`online` : t`offline`}</span>
          {person.voted && <Badge>{t`Voted`}</Badge>}
        </span>
        {isAdmin && !mine && !asking && (
          <span className="flex gap-1">
            <Button
              look="quiet"
              aria-label={t`Make host: ${person.name}`}
              onClick={() => setAsking('hand over')}
              className="px-2.5! text-sm"
            >
              <Trans>Make host</Trans>
            </Button>
            <Button
              look="danger"
              aria-label={t`Remove ${person.name}`}
              onClick={() => setAsking('remove')}
              className="px-2.5! text-sm"
            >
              <Trans>Remove</Trans>
            </Button>
          </span>
        )}
      </div>
      {asking && (
        <div className="mt-2 rounded-xl bg-sunk p-3 text-sm">
          <p>
            {asking === 'remove'
              ? t`Remove ${isolate(person.name)}? A ballot that they have cast is taken out. With the code they can join again.`
              : t`Hand the poll over to ${isolate(person.name)}? You will no longer be its host.`}
          </p>
          <div className="mt-2 flex gap-2">
            <Button look={asking === 'remove' ? 'alarm' : 'primary'} busy={busy} onClick={act}>
              {asking === 'remove' ? t`Remove` : t`Hand over`}
            </Button>
            <Button onClick={() => setAsking(undefined)}>
              <Trans>Go back</Trans>
            </Button>
          </div>
        </div>
      )}
      <ProblemNote messages={problem} className="mt-2" />
    </li>
  )
}
