import { t } from '@lingui/core/macro'
import { useEffect, useState } from 'react'
import type { Newcomer } from '../contract.gen'
import { usePoll } from '../poll/use-poll'
import { getNewcomers } from '../session/connection'
import { useCommand } from '../session/use-command'
import { Badge } from '../ui/badge'
import { Button, IconButton } from '../ui/button'
import { Dialog } from '../ui/dialog'
import { Failed } from '../ui/failed'
import { Check, Close } from '../ui/icons'
import { ProblemNote } from '../ui/problem'
import { number } from '../ui/words'

/** Those waiting outside, the longest first, for a host to let in or not. */
export function Newcomers({ onClose }: { onClose: () => void }) {
  const { poll } = usePoll()
  const { people, next, problem, load, forget } = useNewcomers()
  const { busy, problem: refusal, run } = useCommand()
  const waiting = poll.waitingCount ?? 0
  const decide = async (event: 'admit' | 'reject', ids?: string[]) => {
    if (!(await run(event, ids ? { ids } : { all: true })).ok) return
    if (ids) forget(ids)
    else onClose()
  }
  return (
    <Dialog title={t`Waiting to be let in`} onClose={onClose} tall>
      <Failed messages={problem} onRetry={() => load()} className="mb-3" />
      <ProblemNote messages={refusal} className="mb-3" />
      {waiting === 0 && <p className="text-muted">{t`Nobody waits any more.`}</p>}
      {waiting > 0 && (
        <div className="mb-3 flex flex-wrap gap-2">
          <Button look="primary" busy={busy} onClick={() => decide('admit')}>
            {t`Let all ${number(waiting)} in`}
          </Button>
          <Button look="danger" onClick={() => decide('reject')}>
            {t`Turn all away`}
          </Button>
          {waiting !== people.length && !next && (
            <Button look="quiet" onClick={() => load()}>
              {t`Refresh`}
            </Button>
          )}
        </div>
      )}
      <ul>
        {people.map(({ id, name, spectates, online }) => (
          <li key={id} className="flex min-h-14 items-center gap-2 border-t border-line">
            <span className="flex min-w-0 flex-1 flex-wrap items-center gap-x-2">
              <bdi className="min-w-0 font-semibold">{name || t`Guest`}</bdi>
              {spectates && <Badge>{t`Watches`}</Badge>}
              {!online && <Badge>{t`offline`}</Badge>}
            </span>
            <IconButton label={t`Let ${name} in`} busy={busy} onClick={() => decide('admit', [id])}>
              <Check />
            </IconButton>
            <IconButton label={t`Turn ${name} away`} busy={busy} onClick={() => decide('reject', [id])}>
              <Close />
            </IconButton>
          </li>
        ))}
      </ul>
      {next !== undefined && (
        <Button className="mt-3 w-full" onClick={() => load(next)}>
          {t`Show more`}
        </Button>
      )}
    </Dialog>
  )
}

function useNewcomers() {
  const [people, setPeople] = useState<readonly Newcomer[]>([])
  const [next, setNext] = useState<number>()
  const [problem, setProblem] = useState<readonly string[]>([])
  /** Adds the page after one; without it, begins again. */
  const load = async (after?: number) => {
    const { newcomers = [], next, error } = await getNewcomers(after === undefined ? {} : { after })
    setProblem(error ? [error.message] : [])
    if (error) return
    setPeople(people => (after === undefined ? newcomers : [...people, ...newcomers]))
    setNext(next)
  }
  const forget = (ids: readonly string[]) => setPeople(people => people.filter(({ id }) => !ids.includes(id)))
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when it opens
  useEffect(() => void load(), [])
  return { people, next, problem, load, forget }
}
