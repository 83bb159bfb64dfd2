import { t } from '@lingui/core/macro'
import { Plural, Trans } from '@lingui/react/macro'
import { type FormEvent, useRef, useState } from 'react'
import { type Option, optionsOf, usePoll } from '../poll/use-poll'
import { useCommand } from '../session/use-command'
import { announce } from '../ui/announcer'
import { Badge } from '../ui/badge'
import { Button, IconButton } from '../ui/button'
import { characters, limits } from '../ui/characters'
import { Close, Plus } from '../ui/icons'
import { Section, Tally } from '../ui/page'
import { ProblemNote } from '../ui/problem'
import { TextField } from '../ui/text-field'
import { isolate } from '../ui/words'

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
  const [empty, setEmpty] = useState(false)
  const { problem, run, clear } = useCommand()
  const form = useRef<HTMLFormElement>(null)

  const submit = async (event: FormEvent) => {
    event.preventDefault()
    form.current?.querySelector('input')?.focus()
    const length = characters(text)
    if (length === 0) return setEmpty(true)
    if (length > limits.nomination) return
    // Cleared at once, so that the next one can be written while this one is on its way.
    setText('')
    const { ok } = await run('nominate', { text })
    if (ok) announce(t`Nominated: ${isolate(text)}`)
    else setText(next => next || text)
  }

  if (left <= 0)
    return (
      <p className="text-muted">
        <Trans>You have made all your nominations.</Trans>
      </p>
    )
  return (
    <form ref={form} onSubmit={submit} noValidate>
      <div className="flex items-start gap-2.5">
        <div className="min-w-0 flex-1">
          <TextField
            label={t`Your nomination`}
            value={text}
            onChange={event => {
              setText(event.target.value)
              setEmpty(false)
              clear()
            }}
            error={empty ? t`Write what you nominate.` : undefined}
            limit={limits.nomination}
            autoComplete="off"
            dir="auto"
            enterKeyHint="send"
            required
          />
        </div>
        <Button type="submit" look="primary" className="mt-[1.875rem] min-h-[2.875rem]">
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
        {mine && <Badge look="own">{t`Yours`}</Badge>}
        {(mine || isAdmin) && (
          <IconButton
            label={t`Remove ${option.text}`}
            disabled={busy}
            onClick={() => run('remove_nomination', { id: option.id })}
          >
            <Close />
          </IconButton>
        )}
      </div>
      <ProblemNote messages={problem} />
    </li>
  )
}
