import { t } from '@lingui/core/macro'
import { useState } from 'react'
import { useLocation } from 'wouter'
import type { Moved } from '../../contract.gen'
import { pollPath } from '../../poll/code'
import { usePoll } from '../../poll/use-poll'
import { getNextPoll } from '../../session/connection'
import { takeSeat } from '../../session/memory'
import { useCommand } from '../../session/use-command'
import { ActionBar } from '../../ui/action-bar'
import { Button } from '../../ui/button'
import { Right } from '../../ui/icons'
import { ProblemNote } from '../../ui/problem'

/**
 * The way to the poll that runs this one again, with the same people; the admin makes it. Others have it in the bar:
 * wherever they are in the result, it is in sight and moves nothing.
 */
export default function NextPoll() {
  const { poll } = usePoll()
  const [asking, setAsking] = useState(false)
  const [problem, setProblem] = useState<readonly string[]>([])
  const command = useCommand()
  const [, navigate] = useLocation()
  const enter = ({ pollID, accessToken }: Moved) => {
    if (!pollID || !accessToken) return
    takeSeat(pollID, { token: accessToken, topic: poll.settings.topic })
    navigate(pollPath(pollID))
  }
  const runAgain = async () => enter(await command.run('run_again', {}))
  const go = async () => {
    setAsking(true)
    const moved = await getNextPoll()
    setAsking(false)
    setProblem(moved.error ? [moved.error.message] : [])
    enter(moved)
  }
  if (!poll.nextPoll) {
    return (
      <div>
        <Button busy={command.busy} onClick={runAgain}>
          {t`Run it again with the same people`}
        </Button>
        <ProblemNote messages={command.problem} className="mt-2" />
      </div>
    )
  }
  return (
    <ActionBar
      status={
        <>
          <p role="status">{t`This poll runs again. You have a place in it.`}</p>
          <ProblemNote messages={problem} className="mt-2" />
        </>
      }
    >
      <Button look="primary" busy={asking} onClick={go}>
        {t`Go there`}
        <Right className="ms-2 me-0 size-5 rtl:rotate-180" />
      </Button>
    </ActionBar>
  )
}
