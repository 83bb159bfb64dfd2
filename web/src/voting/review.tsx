import { t } from '@lingui/core/macro'
import { useState } from 'react'
import type { SubmitRankings } from '../contract.gen'
import { usePoll } from '../poll/use-poll'
import { useCommand } from '../session/use-command'
import { announce } from '../ui/announcer'
import { Button } from '../ui/button'
import { Dialog } from '../ui/dialog'
import { ProblemNote } from '../ui/problem'
import { type Marks, ranksOf } from './draft'
import { Ranking } from './ranking'

/** The last look at a ballot before it is cast. */
export function Review({
  marks,
  onDone,
  onClose,
}: {
  marks: Marks
  onDone: () => void
  onClose: () => void
}) {
  const { poll } = usePoll()
  const { ranking, rest } = marks
  const { busy, problem, run } = useCommand()
  const [accepted, setAccepted] = useState(false) // the page follows when the server says what is cast
  const submit = async () => {
    const { ok } = await run('submit_rankings', ballotOf(marks, poll.settings.equalRanks ?? false))
    if (!ok) return
    setAccepted(true)
    announce(t`Your ballot is in`)
    onDone()
  }
  return (
    <Dialog title={t`Your ballot`} onClose={onClose}>
      {ranking.length > 0 ? (
        <Ranking ids={ranking} ranks={ranksOf(marks)} />
      ) : (
        <p className="rounded-2xl bg-sunk px-4 py-5 text-center text-muted">
          {t`A blank ballot: you take part, and prefer nothing.`}
        </p>
      )}
      {rest && <p className="mt-3 px-4">{t`All the others share the last place.`}</p>}
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

/** A ballot as the server takes it; clients of polls without equal places send none. */
function ballotOf(marks: Marks, equalRanks: boolean): SubmitRankings {
  const rankings = [...marks.ranking]
  if (!equalRanks) return { rankings }
  return { rankings, ranks: ranksOf(marks), ...(marks.rest && { restLast: true }) }
}
