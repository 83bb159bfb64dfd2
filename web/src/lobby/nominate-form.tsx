import { t } from '@lingui/core/macro'
import { Plural, Trans } from '@lingui/react/macro'
import { type FormEvent, useRef, useState } from 'react'
import { useCommand } from '../session/use-command'
import { announce } from '../ui/announcer'
import { Button } from '../ui/button'
import { characters, limits } from '../ui/characters'
import { Plus } from '../ui/icons'
import { ProblemNote } from '../ui/problem'
import { TextField } from '../ui/text-field'
import { isolate } from '../ui/words'

/** The line to put an option on the table. */
export function NominateForm({ left, waits }: { left: number; waits: boolean }) {
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
    if (ok) announce(waits ? t`${isolate(text)} waits for the host` : t`Nominated: ${isolate(text)}`)
    else setText(next => next || text)
  }

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
        />{' '}
        {waits && t`The host looks at it first.`}
      </p>
      <ProblemNote messages={problem} className="mt-2" />
    </form>
  )
}
