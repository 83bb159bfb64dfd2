import { t } from '@lingui/core/macro'
import { useRef, useState } from 'react'
import { usePoll } from '../poll/use-poll'
import { at, beside } from '../session/refusal'
import { useCommand } from '../session/use-command'
import { Button } from '../ui/button'
import { limits } from '../ui/characters'
import { Dialog } from '../ui/dialog'
import { ProblemNote } from '../ui/problem'
import { TextField } from '../ui/text-field'
import { focusInvalid, topicProblem, useRefusedField } from '../ui/text-problems'
import { changesOf, formFields, formOf, isWrongForm } from './settings'
import { BallotFields, CountingFields, NominationFields, PeopleFields, VotesField } from './settings-fields'

/** What a host may still change about a poll before voting opens. */
export function SettingsDialog({ onClose }: { onClose: () => void }) {
  const { poll } = usePoll()
  const [before] = useState(() => formOf(poll.settings))
  const [form, setForm] = useState(before)
  const { busy, why, run, clear } = useCommand()
  const fields = useRef<HTMLDivElement>(null)
  useRefusedField(fields, why)
  const set = (change: Partial<typeof form>) => {
    setForm(form => ({ ...form, ...change }))
    clear()
  }
  const changes = changesOf(before, form)
  const wrongTopic = topicProblem(form.topic)
  const wrong = wrongTopic !== undefined || isWrongForm(form)
  const save = async () => {
    if (wrong) return focusInvalid(fields.current)
    if (Object.keys(changes).length === 0 || (await run('edit_poll', changes)).ok) onClose()
  }
  return (
    <Dialog title={t`Settings`} onClose={onClose}>
      <div ref={fields} className="grid gap-6">
        <TextField
          label={t`Topic`}
          value={form.topic}
          onChange={event => set({ topic: event.target.value })}
          error={wrongTopic ?? at(why, 'topic')}
          limit={limits.topic}
          autoComplete="off"
          dir="auto"
        />
        <VotesField form={form} set={set} why={why} />
        <CountingFields form={form} set={set} why={why} />
        <NominationFields form={form} set={set} why={why} />
        <BallotFields form={form} set={set} why={why} />
        <PeopleFields form={form} set={set} />
      </div>
      <div className="sticky bottom-0 z-10 -mx-5 mt-6 border-t border-line bg-card px-5 py-4 sm:-mx-6 sm:px-6">
        <ProblemNote messages={beside(why, ...formFields)} className="mb-3" />
        <div className="flex flex-wrap justify-end gap-3">
          <Button onClick={onClose}>{t`Go back`}</Button>
          <Button look="primary" busy={busy} aria-disabled={wrong} onClick={save}>
            {t`Save`}
          </Button>
        </div>
      </div>
    </Dialog>
  )
}
