import { t } from '@lingui/core/macro'
import { useState } from 'react'
import { optionsOf, usePoll } from '../poll/use-poll'
import { useCommand } from '../session/use-command'
import { Button } from '../ui/button'
import { Dialog } from '../ui/dialog'
import { ProblemNote } from '../ui/problem'
import { Approvals } from './approvals'
import { DeskRow } from './desk-row'
import { Likenesses } from './likenesses'
import { LockSwitch } from './lock-switch'
import { MergeBar } from './merge-bar'
import { Group } from './settings-fields'

/** All that a host can do about the options before voting opens. */
export function OptionDesk({ onClose }: { onClose: () => void }) {
  const { poll } = usePoll()
  const options = optionsOf(poll)
  const { busy, problem, run } = useCommand()
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const marked = options.filter(({ id }) => chosen.has(id))
  const mark = (id: string) =>
    setChosen(chosen => new Set(chosen.has(id) ? [...chosen].filter(other => other !== id) : [...chosen, id]))
  const move = (from: number, to: number) => {
    const ids = options.map(({ id }) => id)
    const [moved] = ids.splice(from, 1)
    if (moved) void run('order_nominations', { ids: ids.toSpliced(to, 0, moved) })
  }
  return (
    <Dialog title={t`Edit options`} onClose={onClose} tall>
      <div className="grid gap-5">
        <Approvals />
        <Likenesses options={options} />
        <LockSwitch
          event="lock_nominations"
          label={t`Close the nominations`}
          hint={t`Only hosts add options from then on.`}
          locked={poll.nominationsLocked ?? false}
        />
        <Group title={t`On the table`}>
          <div>
            <div className="flex flex-wrap gap-2">
              <Button
                className="text-sm"
                busy={busy}
                onClick={() => run('order_nominations', { by: 'text' })}
              >
                {t`Sort by alphabet`}
              </Button>
              <Button
                className="text-sm"
                busy={busy}
                onClick={() => run('order_nominations', { by: 'chance' })}
              >
                {t`Shuffle`}
              </Button>
            </div>
            <ProblemNote messages={problem} className="mt-4" />
          </div>
          <ol className="-mx-2 grid gap-2">
            {options.map((option, i) => (
              <DeskRow
                key={option.id}
                option={option}
                marked={chosen.has(option.id)}
                onMark={() => mark(option.id)}
                onUp={i > 0 ? () => move(i, i - 1) : undefined}
                onDown={i < options.length - 1 ? () => move(i, i + 1) : undefined}
              />
            ))}
          </ol>
        </Group>
      </div>
      {marked.length > 1 && <MergeBar options={marked} onDone={() => setChosen(new Set())} />}
    </Dialog>
  )
}
