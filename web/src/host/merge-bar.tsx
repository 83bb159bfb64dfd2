import { t } from '@lingui/core/macro'
import { useState } from 'react'
import type { Option } from '../poll/use-poll'
import { useCommand } from '../session/use-command'
import { Button } from '../ui/button'
import { ProblemNote } from '../ui/problem'
import { number } from '../ui/words'
import { Choice } from './field'

/** Makes one option of those that are marked; which one is the host's choice. */
export function MergeBar({ options, onDone }: { options: readonly Option[]; onDone: () => void }) {
  const { busy, problem, run } = useCommand()
  const [wanted, setWanted] = useState('')
  const into = options.find(({ id }) => id === wanted)?.id ?? options[0]?.id ?? ''
  const merge = async () => {
    const ids = options.map(({ id }) => id).filter(id => id !== into)
    if ((await run('merge_nominations', { into, ids })).ok) onDone()
  }
  return (
    <div className="sticky bottom-0 z-10 -mx-5 mt-5 grid gap-3 border-t border-line bg-card px-5 py-4 sm:-mx-6 sm:px-6">
      <Choice
        label={t`They become one option, called`}
        value={into}
        choices={options.map(({ id, text }) => ({ value: id, words: text }))}
        onChange={setWanted}
      />
      <ProblemNote messages={problem} />
      <div className="flex flex-wrap justify-end gap-2">
        <Button onClick={onDone}>{t`Go back`}</Button>
        <Button look="primary" busy={busy} onClick={merge}>
          {t`Merge these ${number(options.length)}`}
        </Button>
      </div>
    </div>
  )
}
