import { t } from '@lingui/core/macro'
import { Trans } from '@lingui/react/macro'
import { type FormEvent, type ReactNode, useState } from 'react'
import { useLocation } from 'wouter'
import type { CreatePoll } from '../contract.gen'
import { Choice } from '../host/field'
import {
  allOf,
  firstOption,
  noOptions,
  type OptionsDraft,
  OptionsEditor,
  withOpen,
} from '../host/options-editor'
import {
  formFields,
  isWrongForm,
  methodOf,
  type SettingsForm,
  settingsOf,
  usualSettings,
} from '../host/settings'
import {
  BallotFields,
  CountingFields,
  Group,
  NominationFields,
  PeopleFields,
  VotesField,
} from '../host/settings-fields'
import { pollPath } from '../poll/code'
import { methodNames } from '../poll/methods'
import { isWrong } from '../poll/option-draft'
import { createPoll, RequestError } from '../session/api'
import { lastName, rememberName, takeSeat } from '../session/memory'
import { at, beside, type Why } from '../session/refusal'
import { Button } from '../ui/button'
import { limits } from '../ui/characters'
import { Down } from '../ui/icons'
import { Card, Page, useTitle } from '../ui/page'
import { ProblemNote } from '../ui/problem'
import { StillTrying } from '../ui/still-trying'
import { Switch } from '../ui/switch'
import { TextField } from '../ui/text-field'
import { focusInvalid, nameProblem, topicProblem } from '../ui/text-problems'
import { number } from '../ui/words'
import { lifetimes } from './lifetimes'

interface Form extends SettingsForm {
  name: string
  spectates: boolean
  lifetime: number // seconds; 0: as long as the server keeps polls
}

const initial = (): Form => ({ ...usualSettings, name: lastName(), spectates: false, lifetime: 0 })

/** The request for a form. */
function requestOf({ name, spectates, lifetime, ...form }: Form, draft: OptionsDraft): CreatePoll {
  const { closesAt, ...settings } = settingsOf(form)
  const options = allOf(draft)
  return {
    ...settings,
    name,
    patches: true,
    ...(closesAt && { closesAt }),
    ...(options.length > 0 && { options }),
    ...(spectates && { spectates }),
    ...(lifetime > 0 && { lifetime }),
  }
}

/** Asks for three things and hides the rest. */
export default function CreatePage() {
  useTitle(t`Start a poll`)
  const [form, setForm] = useState(initial)
  const [draft, setDraft] = useState(noOptions)
  const [busy, setBusy] = useState(false)
  const [why, setWhy] = useState<readonly Why[]>([])
  const [checked, setChecked] = useState(false) // what is wrong is said from the first try on
  const wrong = { topic: topicProblem(form.topic), name: nameProblem(form.name) }
  const [, navigate] = useLocation()
  const set = (change: Partial<Form>) => {
    setForm(form => ({ ...form, ...change }))
    setWhy(why => why.filter(({ field = '' }) => !(field in change)))
  }
  const edit = (draft: OptionsDraft) => {
    setDraft(draft)
    setWhy(why => why.filter(({ field = '' }) => !field.startsWith('options[')))
  }

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const { currentTarget: page } = event
    setChecked(true)
    setWhy([])
    const misfit = allOf(draft).findIndex(isWrong)
    if (misfit >= 0) setDraft(withOpen(draft, misfit))
    if (misfit >= 0 || wrong.topic || wrong.name || isWrongForm(form)) return focusInvalid(page)
    setBusy(true)
    try {
      const { pollID, accessToken } = await createPoll(requestOf(form, draft))
      rememberName(form.name.trim())
      takeSeat(pollID, { token: accessToken, topic: form.topic.trim() })
      navigate(pollPath(pollID), { replace: true }) // the way back leads past a form that is done
    } catch (error) {
      if (!(error instanceof RequestError)) throw error
      setWhy(error.why)
      const refused = firstOption(error.why)
      if (refused >= 0) setDraft(withOpen(draft, refused))
      setBusy(false)
      focusInvalid(page)
    }
  }

  const count = draft.options.length
  return (
    <Page>
      <StillTrying />
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
            error={checked ? (wrong.topic ?? at(why, 'topic')) : undefined}
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
            error={checked ? (wrong.name ?? at(why, 'name')) : undefined}
            limit={limits.name}
            autoComplete="nickname"
            dir="auto"
            required
          />
          <VotesField form={form} set={set} why={why} />
        </Card>
        <Fold
          title={t`Options to begin with`}
          hint={count > 0 ? number(count) : t`Everybody can add more later.`}
        >
          <OptionsEditor draft={draft} onChange={edit} why={why} />
        </Fold>
        <Fold title={t`More settings`} hint={methodNames[methodOf(form)]}>
          <CountingFields form={form} set={set} why={why} />
          <NominationFields form={form} set={set} why={why} />
          <BallotFields form={form} set={set} why={why} />
          <PeopleFields form={form} set={set} />
          <Group title={t`You and this poll`}>
            <Switch
              label={t`I only run it`}
              hint={t`You do not vote, and are not counted in the turnout.`}
              checked={form.spectates}
              onChange={spectates => set({ spectates })}
            />
            <Choice
              label={t`Kept for`}
              hint={t`After that the poll and its result are deleted.`}
              value={form.lifetime}
              error={at(why, 'lifetime')}
              choices={[{ value: 0, words: t`As usual here` }, ...lifetimes()]}
              onChange={lifetime => set({ lifetime })}
            />
          </Group>
        </Fold>
        <ProblemNote messages={beside(why, ...formFields, 'name', 'lifetime', 'options')} className="mt-5" />
        <Button type="submit" look="primary" busy={busy} className="mt-5 min-h-14 w-full text-lg">
          <Trans>Create poll</Trans>
        </Button>
      </form>
    </Page>
  )
}

/** A part of the form for those who want it. */
function Fold({ title, hint, children }: { title: string; hint: string; children: ReactNode }) {
  return (
    <details className="group mt-4 rounded-3xl border border-line open:bg-card open:shadow-card">
      <summary className="flex min-h-14 list-none items-center justify-between rounded-3xl px-5 py-3 font-semibold sm:px-6 [&::-webkit-details-marker]:hidden">
        <span>
          {title}
          <span className="block text-sm font-normal text-muted">{hint}</span>
        </span>
        <Down className="size-5 text-muted transition-transform group-open:rotate-180" />
      </summary>
      <div className="grid gap-6 px-5 pt-2 pb-6 sm:px-6">{children}</div>
    </details>
  )
}
