import { plural, t } from '@lingui/core/macro'
import { useState } from 'react'
import { useCommand } from '../session/use-command'
import { Button } from '../ui/button'
import { ProblemNote } from '../ui/problem'
import { isolate } from '../ui/words'

/** Removes everybody that a search found, but hosts: one command, however many they are. */
export function RemoveMany({
  matching,
  total,
  onGone,
}: {
  matching: string
  total: number
  onGone: () => void
}) {
  const [asking, setAsking] = useState(false)
  const { busy, problem, run } = useCommand()
  const remove = async () => {
    if ((await run('remove_participants', { matching })).ok) onGone()
  }
  return (
    <div className={asking ? 'basis-full text-ink' : ''}>
      {asking ? (
        <div className="rounded-xl bg-red-soft p-3 text-sm">
          <p>{t`Remove everybody whose name has ${isolate(matching)} in it? Hosts stay. Ballots that they have cast are taken out.`}</p>
          <div className="mt-2 flex flex-wrap gap-2">
            <Button look="alarm" busy={busy} onClick={remove}>
              {plural(total, { one: 'Remove # person', other: 'Remove # people' })}
            </Button>
            <Button onClick={() => setAsking(false)}>{t`Go back`}</Button>
          </div>
        </div>
      ) : (
        <Button look="danger" onClick={() => setAsking(true)}>
          {t`Remove all of these`}
        </Button>
      )}
      <ProblemNote messages={problem} className="mt-2" />
    </div>
  )
}
