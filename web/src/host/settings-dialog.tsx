import { t } from '@lingui/core/macro'
import { useState } from 'react'
import { usePoll } from '../poll/use-poll'
import { useCommand } from '../session/use-command'
import { Button } from '../ui/button'
import { limits } from '../ui/characters'
import { Dialog } from '../ui/dialog'
import { ProblemNote } from '../ui/problem'
import { TextField } from '../ui/text-field'
import { topicProblem } from '../ui/text-problems'
import { changesOf, formOf } from './settings'
import { BallotFields, CountingFields, NominationFields, PeopleFields, VotesField } from './settings-fields'

/** What a host may still change about a poll before voting opens. */
export function SettingsDialog({ onClose }: { onClose: () => void }) {
  const { poll } = usePoll()
  const [before] = useState(() => formOf(poll.settings))
  const [form, setForm] = useState(before)
  const { busy, problem, run } = useCommand()
  const set = (change: Partial<typeof form>) => setForm(form => ({ ...form, ...change }))
  const changes = changesOf(before, form)
  const wrong = topicProblem(form.topic)
  const save = async () => {
    if (wrong) return
    if (Object.keys(changes).length === 0 || (await run('edit_poll', changes)).ok) onClose()
  }
  return (
    <Dialog title={t`Settings`} onClose={onClose}>
      <div className="grid gap-6">
        <TextField
          label={t`Topic`}
          value={form.topic}
          onChange={event => set({ topic: event.target.value })}
          error={wrong}
          limit={limits.topic}
          autoComplete="off"
          dir="auto"
        />
        <VotesField form={form} set={set} />
        <CountingFields form={form} set={set} />
        <NominationFields form={form} set={set} />
        <BallotFields form={form} set={set} />
        <PeopleFields form={form} set={set} />
      </div>
      <div className="sticky bottom-0 z-10 -mx-5 mt-6 border-t border-line bg-card px-5 py-4 sm:-mx-6 sm:px-6">
        <ProblemNote messages={problem} className="mb-3" />
        <div className="flex flex-wrap justify-end gap-3">
          <Button onClick={onClose}>{t`Go back`}</Button>
          <Button look="primary" busy={busy} aria-disabled={Boolean(wrong)} onClick={save}>
            {t`Save`}
          </Button>
        </div>
      </div>
    </Dialog>
  )
}
