import { t } from '@lingui/core/macro'
import { useState } from 'react'
import { usePoll } from '../poll/use-poll'
import { useCommand } from '../session/use-command'
import { Button } from '../ui/button'
import { Dialog } from '../ui/dialog'
import { Clock, Plus } from '../ui/icons'
import { ProblemNote } from '../ui/problem'
import { span } from '../ui/words'
import { TimeChoice } from './time-choice'

/** For hosts: when voting ends, and more time for those who need it. */
export default function Timer({ className = '' }: { className?: string }) {
  const { poll } = usePoll()
  const [setting, setSetting] = useState(false)
  const { busy, problem, run } = useCommand()
  const timed = poll.settings.closesAt !== undefined
  return (
    <div className={className}>
      <div className="flex flex-wrap gap-2">
        <Button className="flex-1 basis-32" onClick={() => setSetting(true)}>
          <Clock />
          {timed ? t`Change the timer` : t`Set a timer`}
        </Button>
        {timed && (
          <Button
            className="flex-1 basis-32"
            busy={busy}
            onClick={() => run('set_timer', { seconds: 60, extend: true })}
          >
            <Plus />
            {t`One more minute`}
          </Button>
        )}
      </div>
      <ProblemNote messages={problem} className="mt-2" />
      {setting && <TimerDialog onClose={() => setSetting(false)} />}
    </div>
  )
}

function TimerDialog({ onClose }: { onClose: () => void }) {
  const { poll } = usePoll()
  const [seconds, setSeconds] = useState(300)
  const { busy, problem, run } = useCommand()
  const set = async (payload: { seconds?: number }) => {
    if ((await run('set_timer', payload)).ok) onClose()
  }
  return (
    <Dialog title={t`Timer`} onClose={onClose}>
      <p className="mb-4 text-muted">{t`Voting closes when the time is up. Everybody sees the clock.`}</p>
      <TimeChoice seconds={seconds} onChange={setSeconds} />
      <ProblemNote messages={problem} className="mt-4" />
      <div className="mt-6 flex flex-wrap-reverse justify-end gap-3">
        {poll.settings.closesAt && (
          <Button look="quiet" onClick={() => set({})}>
            {t`No timer`}
          </Button>
        )}
        <Button look="primary" busy={busy} onClick={() => set({ seconds })}>
          {t`Close in ${span(seconds)}`}
        </Button>
      </div>
    </Dialog>
  )
}
