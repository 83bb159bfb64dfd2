import { t } from '@lingui/core/macro'
import { useState } from 'react'
import type { Option } from '../poll/use-poll'
import { useCommand } from '../session/use-command'
import { Button } from '../ui/button'
import { ProblemNote } from '../ui/problem'
import { namesList } from '../ui/words'
import { alike } from './likeness'
import { Group } from './settings-fields'

/** Options that may be the same one, to merge in one tap. */
export function Likenesses({ options }: { options: readonly Option[] }) {
  const [different, setDifferent] = useState<ReadonlySet<string>>(new Set()) // groups that the host took for different
  const groups = alike(options).filter(group => !different.has(keyOf(group)))
  if (groups.length === 0) return null
  return (
    <Group title={t`Are these the same?`}>
      <ul className="-mx-2 grid gap-2">
        {groups.map(group => (
          <Suggestion
            key={keyOf(group)}
            group={group}
            onDifferent={() => setDifferent(new Set([...different, keyOf(group)]))}
          />
        ))}
      </ul>
    </Group>
  )
}

const keyOf = (group: readonly Option[]) => group.map(({ id }) => id).join(' ')

function Suggestion({ group, onDifferent }: { group: readonly Option[]; onDifferent: () => void }) {
  const { busy, problem, run } = useCommand()
  const [kept, ...others] = group
  if (!kept) return null
  const words = namesList(group.map(({ text }) => text))
  return (
    <li className="rounded-2xl bg-brass-soft px-4 py-3">
      <p className="font-medium">{words}</p>
      <div className="mt-2 flex flex-wrap gap-2">
        <Button
          className="text-sm"
          busy={busy}
          aria-label={t`Merge ${words}`}
          onClick={() => run('merge_nominations', { into: kept.id, ids: others.map(({ id }) => id) })}
        >
          {t`Merge`}
        </Button>
        <Button look="quiet" className="text-sm" onClick={onDifferent} aria-label={t`Keep apart: ${words}`}>
          {t`Keep apart`}
        </Button>
      </div>
      <ProblemNote messages={problem} className="mt-2" />
    </li>
  )
}
