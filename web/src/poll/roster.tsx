import { useEffect, useState } from 'react'
import type { RosterEntry } from '../contract.gen'
import { getRoster, send } from '../session/connection'
import { store } from '../session/store'
import { Button } from '../ui/button'
import { Dialog } from '../ui/dialog'
import { ProblemNote, useCommand } from '../ui/problem'
import { number } from '../ui/words'
import { usePoll } from './use-poll'

const pageSize = 50

/** Everybody in the poll, a page at a time, with what the admin may do about them. */
export function Roster({ onClose }: { onClose: () => void }) {
  const { poll, me, isAdmin } = usePoll()
  const { people, next, stale, problem, load, forget } = useRoster()
  return (
    <Dialog title="People" onClose={onClose}>
      <div className="-mt-2 mb-3 flex min-h-11 items-center justify-between gap-3 text-muted">
        <span>{number(poll.participantCount)} in this poll</span>
        {stale && (
          <Button look="quiet" onClick={() => load()}>
            Refresh
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
          Show more
        </Button>
      )}
      {!isAdmin && <p className="mt-4 text-muted">You are no longer the admin of this poll.</p>}
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
    const { ok } = await run(() =>
      asking === 'remove'
        ? send('remove_participant', { id: person.id })
        : send('make_admin', { id: person.id }),
    )
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
        <span className="min-w-0 grow font-semibold">
          <bdi>{person.name}</bdi>
          <span className="font-normal text-muted">
            {mine && ' (you)'}
            {person.id === poll.adminID && ' · admin'}
            <span className="sr-only">{person.online ? ', online' : ', offline'}</span>
            {person.voted && ' · voted'}
          </span>
        </span>
        {isAdmin && !mine && !asking && (
          <span className="flex gap-1">
            <Button
              look="quiet"
              aria-label={`Make admin: ${person.name}`}
              onClick={() => setAsking('hand over')}
              className="px-2.5! text-sm"
            >
              Make admin
            </Button>
            <Button
              look="danger"
              aria-label={`Remove ${person.name}`}
              onClick={() => setAsking('remove')}
              className="px-2.5! text-sm"
            >
              Remove
            </Button>
          </span>
        )}
      </div>
      {asking && (
        <div className="mt-2 rounded-xl bg-sunk p-3 text-sm">
          <p>
            {asking === 'remove'
              ? 'Remove this person for good? A ballot that they have cast is taken out.'
              : 'Hand the poll over? You will no longer be its admin.'}
          </p>
          <div className="mt-2 flex gap-2">
            <Button look={asking === 'remove' ? 'alarm' : 'primary'} busy={busy} onClick={act}>
              {asking === 'remove' ? 'Remove' : 'Hand over'}
            </Button>
            <Button onClick={() => setAsking(undefined)}>Go back</Button>
          </div>
        </div>
      )}
      <ProblemNote messages={problem} className="mt-2" />
    </li>
  )
}
