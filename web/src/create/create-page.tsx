import { t } from '@lingui/core/macro'
import { Trans } from '@lingui/react/macro'
import { type FormEvent, useState } from 'react'
import { useLocation } from 'wouter'
import type { CreatePoll, Method } from '../contract.gen'
import { pollPath } from '../poll/code'
import { methodNames, methods, recommended } from '../poll/methods'
import { createPoll, RequestError } from '../session/api'
import { lastName, rememberName, takeSeat } from '../session/memory'
import { Button } from '../ui/button'
import { limits } from '../ui/characters'
import { NumberField, Switch } from '../ui/field'
import { Down } from '../ui/icons'
import { Card, Page, useTitle } from '../ui/page'
import { ProblemNote } from '../ui/problem'
import { TextField } from '../ui/text-field'
import { focusInvalid, nameProblem, topicProblem } from '../ui/text-problems'

interface Form {
  topic: string
  name: string
  votesPerVoter: number
  seats: number
  method: Method // for one winner; several are counted by stv
  nominationsPerVoter: number
  allowPartial: boolean
  changeableVote: boolean
  showTurnout: boolean
  declareTies: boolean
  closesAt: string // as an input of type datetime-local has it: local time, or nothing
}

const initial = (): Form => ({
  topic: '',
  name: lastName(),
  votesPerVoter: 3,
  seats: 1,
  method: 'irv',
  nominationsPerVoter: 10,
  allowPartial: true,
  changeableVote: true,
  showTurnout: true,
  declareTies: false,
  closesAt: '',
})

/** The request for a form. */
function requestOf({ closesAt, ...form }: Form): CreatePoll {
  return {
    ...form,
    method: methodOf(form),
    patches: true,
    ...(closesAt && { closesAt: new Date(closesAt).toISOString() }),
  }
}

const methodOf = ({ seats, method }: Pick<Form, 'seats' | 'method'>): Method => (seats > 1 ? 'stv' : method)

/** Asks for three things and hides the rest. */
export default function CreatePage() {
  useTitle(t`Start a poll`)
  const [form, setForm] = useState(initial)
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<readonly string[]>([])
  const [checked, setChecked] = useState(false) // what is wrong is said from the first try on
  const wrong = checked ? { topic: topicProblem(form.topic), name: nameProblem(form.name) } : {}
  const [, navigate] = useLocation()
  const set = (change: Partial<Form>) => setForm(form => ({ ...form, ...change }))

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    setChecked(true)
    if (topicProblem(form.topic) || nameProblem(form.name)) return focusInvalid(event.currentTarget)
    setBusy(true)
    setProblem([])
    try {
      const { pollID, accessToken } = await createPoll(requestOf(form))
      rememberName(form.name.trim())
      takeSeat(pollID, { token: accessToken, topic: form.topic.trim() })
      navigate(pollPath(pollID))
    } catch (error) {
      if (!(error instanceof RequestError)) throw error
      setProblem(error.messages)
      setBusy(false)
    }
  }

  return (
    <Page>
      <h1 className="mb-6 text-4xl font-extrabold tracking-tight">
        <Trans>Start a poll</Trans>
      </h1>
      <form onSubmit={submit} noValidate>
        <Card className="grid gap-6">
          <TextField
            label={t`Topic`}
            name="topic"
            value={form.topic}
            onChange={event => set({ topic: event.target.value })}
            placeholder={t`Where do we eat tonight?`}
            error={wrong.topic}
            limit={limits.topic}
            autoComplete="off"
            dir="auto"
            required
          />
          <TextField
            label={t`Your name`}
            name="name"
            value={form.name}
            onChange={event => set({ name: event.target.value })}
            hint={t`Others in the poll see it.`}
            error={wrong.name}
            limit={limits.name}
            autoComplete="nickname"
            dir="auto"
            required
          />
          <NumberField
            label={t`Votes per person`}
            hint={t`How many options a ballot ranks.`}
            value={form.votesPerVoter}
            min={1}
            max={20}
            onChange={votesPerVoter => set({ votesPerVoter })}
          />
        </Card>
        <MoreSettings form={form} set={set} />
        <ProblemNote messages={problem} className="mt-5" />
        <Button type="submit" look="primary" busy={busy} className="mt-5 min-h-14 w-full text-lg">
          <Trans>Create poll</Trans>
        </Button>
      </form>
    </Page>
  )
}

function MoreSettings({ form, set }: { form: Form; set: (change: Partial<Form>) => void }) {
  return (
    <details className="group mt-4 rounded-3xl border border-line open:bg-card open:shadow-card">
      <summary className="flex min-h-14 list-none items-center justify-between rounded-3xl px-5 py-3 font-semibold sm:px-6 [&::-webkit-details-marker]:hidden">
        <span>
          <Trans>More settings</Trans>
          <span className="block text-sm font-normal text-muted">{methods[methodOf(form)].name}</span>
        </span>
        <Down className="size-5 text-muted transition-transform group-open:rotate-180" />
      </summary>
      <div className="grid gap-6 px-5 pt-2 pb-6 sm:px-6">
        <NumberField
          label={t`Winners`}
          hint={t`How many options are chosen.`}
          value={form.seats}
          min={1}
          max={20}
          onChange={seats => set({ seats })}
        />
        <MethodChoice form={form} onChoose={method => set({ method })} />
        <NumberField
          label={t`Nominations per person`}
          hint={t`How many options each person may put forward.`}
          value={form.nominationsPerVoter}
          min={1}
          max={50}
          onChange={nominationsPerVoter => set({ nominationsPerVoter })}
        />
        <Switch
          label={t`Short ballots`}
          hint={t`A ballot may rank fewer options than it has votes.`}
          checked={form.allowPartial}
          onChange={allowPartial => set({ allowPartial })}
        />
        <Switch
          label={t`Changeable votes`}
          hint={t`People may replace their ballot until voting closes.`}
          checked={form.changeableVote}
          onChange={changeableVote => set({ changeableVote })}
        />
        <Switch
          label={t`Show turnout`}
          hint={t`Everybody sees how many have voted, never who for what.`}
          checked={form.showTurnout}
          onChange={showTurnout => set({ showTurnout })}
        />
        <Switch
          label={t`Declare ties`}
          hint={t`A tie for the win stays one, instead of being decided by draw.`}
          checked={form.declareTies}
          onChange={declareTies => set({ declareTies })}
        />
        <TextField
          label={t`Closing time`}
          type="datetime-local"
          hint={t`Optional: voting closes then.`}
          value={form.closesAt}
          onChange={event => set({ closesAt: event.target.value })}
        />
      </div>
    </details>
  )
}

function MethodChoice({ form, onChoose }: { form: Form; onChoose: (method: Method) => void }) {
  const chosen = methodOf(form)
  const offered = methodNames.filter(method => (method === 'stv') === form.seats > 1)
  return (
    <fieldset>
      <legend className="mb-1.5 font-semibold">
        <Trans>Counting method</Trans>
      </legend>
      <div className="divide-y divide-line overflow-hidden rounded-2xl border border-edge">
        {offered.map(method => (
          <label
            key={method}
            className="flex gap-3 px-3.5 py-3 hover:bg-sunk has-checked:bg-green-soft has-focus-visible:outline-3 has-focus-visible:-outline-offset-3 has-focus-visible:outline-green"
          >
            <input
              type="radio"
              name="method"
              value={method}
              checked={method === chosen}
              onChange={() => onChoose(method)}
              className="mt-1 size-4.5 shrink-0 accent-green outline-none"
            />
            <span>
              <span className="font-semibold">{methods[method].name}</span>
              {recommended.has(method) && (
                <span className="ml-2 rounded-full bg-brass-fill px-2 py-0.5 text-xs font-bold text-on-brass">
                  <Trans>Recommended</Trans>
                </span>
              )}
              <span className="block text-sm text-muted">{methods[method].sentence}</span>
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  )
}
