import { t } from '@lingui/core/macro'
import { useMemo, useState } from 'react'
import { optionsOf, usePoll } from '../poll/use-poll'
import { useAsked } from '../session/use-asked'
import { useCommand } from '../session/use-command'
import { Button } from '../ui/button'
import { Dialog } from '../ui/dialog'
import { ProblemNote } from '../ui/problem'
import { useSorting } from '../voting/use-sorting'
import { Approvals } from './approvals'
import { DeskRow } from './desk-row'
import { Likenesses } from './likenesses'
import { LockSwitch } from './lock-switch'
import { MergeBar } from './merge-bar'
import { Group } from './settings-fields'

/** All that a host can do about the options before voting opens. */
export function OptionDesk({ onClose }: { onClose: () => void }) {
  const { poll } = usePoll()
  const { busy, problem, run } = useCommand()
  const listed = optionsOf(poll)
  const { shown: order, ask } = useAsked(listed.map(({ id }) => id).join())
  const ids = useMemo(() => order.split(','), [order])
  const options = ids.flatMap(id => listed.find(option => option.id === id) ?? [])
  const move = (from: number, to: number) => {
    const next = ids.toSpliced(from, 1).toSpliced(to, 0, ...ids.slice(from, from + 1))
    void ask(next.join(), run('order_nominations', { ids: next }))
  }
  const sorting = useSorting(ids, move, () => {})
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const marked = options.filter(({ id }) => chosen.has(id))
  const mark = (id: string) =>
    setChosen(chosen => new Set(chosen.has(id) ? [...chosen].filter(other => other !== id) : [...chosen, id]))
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
          <ol ref={sorting.list} className="relative -mx-2 grid gap-2">
            {options.map((option, i) => (
              <DeskRow
                key={option.id}
                option={option}
                marked={chosen.has(option.id)}
                onMark={() => mark(option.id)}
                onUp={i > 0 ? () => move(i, i - 1) : undefined}
                onDown={i < options.length - 1 ? () => move(i, i + 1) : undefined}
                {...sorting.row(i)}
              />
            ))}
          </ol>
        </Group>
      </div>
      {marked.length > 1 && <MergeBar options={marked} onDone={() => setChosen(new Set())} />}
    </Dialog>
  )
}
