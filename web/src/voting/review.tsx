import { t } from '@lingui/core/macro'
import { useState } from 'react'
import type { NominationID } from '../contract.gen'
import { usePoll } from '../poll/use-poll'
import { useCommand } from '../session/use-command'
import { announce } from '../ui/announcer'
import { Button } from '../ui/button'
import { Dialog } from '../ui/dialog'
import { ProblemNote } from '../ui/problem'
import { Ranking } from './ranking'

/** The last look at a ballot before it is cast. */
export function Review({
  ranking,
  onDone,
  onClose,
}: {
  ranking: readonly NominationID[]
  onDone: () => void
  onClose: () => void
}) {
  const { poll } = usePoll()
  const { busy, problem, run } = useCommand()
  const [accepted, setAccepted] = useState(false) // the page follows when the server says what is cast
  const submit = async () => {
    const { ok } = await run('submit_rankings', { rankings: [...ranking] })
    if (!ok) return
    setAccepted(true)
    announce(t`Your ballot is in`)
    onDone()
  }
  return (
    <Dialog title={t`Your ballot`} onClose={onClose}>
      {ranking.length > 0 ? (
        <Ranking ids={ranking} />
      ) : (
        <p className="rounded-2xl bg-sunk px-4 py-5 text-center text-muted">
          {t`A blank ballot: you take part, and prefer nothing.`}
        </p>
      )}
      <p className="mt-4 text-muted">
        {poll.settings.changeableVote
          ? t`You can change it until voting closes.`
          : t`It is final: in this poll a ballot cannot be changed.`}
      </p>
      <ProblemNote messages={problem} className="mt-3" />
      <div className="mt-5 flex flex-wrap-reverse justify-end gap-3">
        <Button onClick={onClose}>{t`Keep editing`}</Button>
        <Button look="primary" busy={busy || accepted} onClick={submit}>
          {t`Submit ballot`}
        </Button>
      </div>
    </Dialog>
  )
}
