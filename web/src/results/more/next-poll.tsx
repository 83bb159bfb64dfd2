import { t } from '@lingui/core/macro'
import { useState } from 'react'
import { useLocation } from 'wouter'
import { pollPath } from '../../poll/code'
import { usePoll } from '../../poll/use-poll'
import { getNextPoll, runAgain } from '../../session/connection'
import { takeSeat } from '../../session/memory'
import { Button } from '../../ui/button'
import { Right } from '../../ui/icons'
import { ProblemNote } from '../../ui/problem'

/** The way to the poll that runs this one again, with the same people; the admin makes it. */
export default function NextPoll({ className = '' }: { className?: string }) {
  const { poll, isAdmin } = usePoll()
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<readonly string[]>([])
  const [, navigate] = useLocation()
  const go = async () => {
    setBusy(true)
    const { pollID, accessToken, error } = await (isAdmin ? runAgain() : getNextPoll())
    setBusy(false)
    setProblem(error ? [error.message] : [])
    if (!pollID || !accessToken) return
    takeSeat(pollID, { token: accessToken, topic: poll.settings.topic })
    navigate(pollPath(pollID))
  }
  if (!poll.nextPoll) {
    return (
      <div className={className}>
        <Button busy={busy} onClick={go}>
          {t`Run it again with the same people`}
        </Button>
        <ProblemNote messages={problem} className="mt-2" />
      </div>
    )
  }
  return (
    <div role="status" className={`rounded-3xl bg-green-soft px-5 py-4 ${className}`}>
      <div className="flex flex-wrap items-center justify-between gap-3">
        <p className="font-semibold text-green">{t`This poll runs again. You have a place in it.`}</p>
        <Button look="primary" busy={busy} onClick={go}>
          {t`Go there`}
          <Right className="size-5 rtl:rotate-180" />
        </Button>
      </div>
      <ProblemNote messages={problem} className="mt-2" />
    </div>
  )
}
