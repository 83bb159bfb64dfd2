import { t } from '@lingui/core/macro'
import { Plural, Trans } from '@lingui/react/macro'
import { type FormEvent, useRef, useState } from 'react'
import { type Option, optionsOf, usePoll } from '../poll/use-poll'
import { send } from '../session/connection'
import { announce } from '../ui/announcer'
import { Button, IconButton } from '../ui/button'
import { TextField } from '../ui/field'
import { Close, Plus } from '../ui/icons'
import { Section, Tally } from '../ui/page'
import { ProblemNote, useCommand } from '../ui/problem'

/** The options on the table, and the form to add one. */
export function Nominations({ className = '' }: { className?: string }) {
  const { poll, me } = usePoll()
  const options = optionsOf(poll)
  const left =
    poll.settings.nominationsPerVoter - options.filter(option => option.userID === me.userID).length
  return (
    <Section title={t`Nominations`} className={className} aside={<Tally n={options.length} />}>
      <NominateForm left={left} />
      {options.length === 0 ? (
        <p className="mt-5 rounded-2xl border border-dashed border-line px-4 py-8 text-center text-muted">
          <Trans>Nothing is on the table yet. Put the first option there.</Trans>
        </p>
      ) : (
        <ul className="mt-5 grid gap-2">
          {options.map(option => (
            <NominationRow key={option.id} option={option} />
          ))}
        </ul>
      )}
    </Section>
  )
}

function NominateForm({ left }: { left: number }) {
  const [text, setText] = useState('')
  const { problem, run, clear } = useCommand()
  const form = useRef<HTMLFormElement>(null)

  const submit = async (event: FormEvent) => {
    event.preventDefault()
    // Cleared at once, so that the next one can be written while this one is on its way.
    setText('')
    form.current?.querySelector('input')?.focus()
    const { ok } = await run(() => send('nominate', { text }))
    if (ok) announce(t`Nominated: ${text}`)
    else setText(next => next || text)
  }

  if (left <= 0)
    return (
      <p className="text-muted">
        <Trans>You have made all your nominations.</Trans>
      </p>
    )
  return (
    <form ref={form} onSubmit={submit}>
      <div className="flex items-end gap-2.5">
        <div className="min-w-0 flex-1">
          <TextField
            label={t`Your nomination`}
            value={text}
            onChange={event => {
              setText(event.target.value)
              clear()
            }}
            autoComplete="off"
            dir="auto"
            enterKeyHint="send"
            required
          />
        </div>
        <Button type="submit" look="primary" className="min-h-[46px]">
          <Plus />
          <Trans>Add</Trans>
        </Button>
      </div>
      <p className="mt-1.5 text-sm text-muted">
        <Plural
          value={left}
          one="You can put forward # more option."
          other="You can put forward # more options."
        />
      </p>
      <ProblemNote messages={problem} className="mt-2" />
    </form>
  )
}

function NominationRow({ option }: { option: Option }) {
  const { me, isAdmin } = usePoll()
  const { busy, problem, run } = useCommand()
  const mine = option.userID === me.userID
  return (
    <li className="appear rounded-2xl bg-sunk">
      <div className="flex min-h-13 items-center gap-2 ps-4 pe-1">
        <span className="min-w-0 flex-1 py-2.5 font-medium">
          <bdi>{option.text}</bdi>
        </span>
        {mine && (
          <span className="rounded-full bg-green-soft px-2 py-0.5 text-xs font-bold text-green">
            <Trans>Yours</Trans>
          </span>
        )}
        {(mine || isAdmin) && (
          <IconButton
            label={t`Remove ${option.text}`}
            disabled={busy}
            onClick={() => run(() => send('remove_nomination', { id: option.id }))}
          >
            <Close />
          </IconButton>
        )}
      </div>
      <ProblemNote messages={problem} />
    </li>
  )
}
