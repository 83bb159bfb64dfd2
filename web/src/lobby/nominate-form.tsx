import { t } from '@lingui/core/macro'
import { Plural, Trans } from '@lingui/react/macro'
import { type FormEvent, useRef, useState } from 'react'
import { flushSync } from 'react-dom'
import type { DraftOption } from '../contract.gen'
import { isWrong } from '../poll/option-draft'
import { at, beside, type Why } from '../session/refusal'
import { useCommand } from '../session/use-command'
import { announce } from '../ui/announcer'
import { Button } from '../ui/button'
import { characters, limits } from '../ui/characters'
import { Plus } from '../ui/icons'
import { ProblemNote } from '../ui/problem'
import { TextField } from '../ui/text-field'
import { focusInvalid, useRefusedField } from '../ui/text-problems'
import { isolate } from '../ui/words'
import { ExtraFields } from './extra-fields'

const blank = { text: '', note: '', link: '' } satisfies DraftOption

/** The line to put an option on the table. */
export function NominateForm({
  left,
  waits,
  shut,
}: {
  left: number
  waits: boolean
  /** Why nothing can be nominated just now. What is written stays. */
  shut: string | undefined
}) {
  const [draft, setDraft] = useState<DraftOption>(blank)
  const [extras, setExtras] = useState(false)
  const [empty, setEmpty] = useState(false)
  const [refused, setRefused] = useState<DraftOption>()
  const { why: reasons, run, clear } = useCommand()
  const form = useRef<HTMLFormElement>(null)
  // Somebody may have begun to write the next one, of which the fields have nothing wrong to say.
  const why: readonly Why[] = draft === refused ? reasons : reasons.map(({ message }) => ({ message }))
  useRefusedField(form, reasons)

  const change = (draft: DraftOption) => {
    setDraft(draft)
    setEmpty(false)
    clear()
  }
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    if (shut) return
    const { text, note, link } = draft
    if (isWrong(draft)) {
      setEmpty(characters(text) === 0)
      return focusInvalid(event.currentTarget)
    }
    form.current?.querySelector('input')?.focus()
    // Cleared at once, so that the next one can be written while this one is on its way.
    setDraft(blank)
    setExtras(false)
    const { ok } = await run('nominate', { text, ...(note && { note }), ...(link && { link }) })
    if (ok) return announce(waits ? t`${isolate(text)} waits for the host` : t`Nominated: ${isolate(text)}`)
    setDraft(next => (next.text ? next : draft))
    setRefused(draft)
    if (note || link) setExtras(true)
  }

  return (
    <form ref={form} onSubmit={submit} noValidate>
      <div className="flex items-start gap-2.5">
        <div className="min-w-0 flex-1">
          <TextField
            label={t`Your nomination`}
            value={draft.text}
            onChange={event => change({ ...draft, text: event.target.value })}
            error={empty ? t`Write what you nominate.` : at(why, 'text')}
            limit={limits.nomination}
            autoComplete="off"
            dir="auto"
            enterKeyHint="send"
            required
            readOnly={shut !== undefined}
          />
        </div>
        <Button
          type="submit"
          look="primary"
          aria-disabled={shut !== undefined}
          className="mt-[1.875rem] min-h-[2.875rem]"
        >
          <Plus className="size-5 max-[22.5rem]:me-0" />
          <span className="max-[22.5rem]:sr-only">
            <Trans>Add</Trans>
          </span>
        </Button>
      </div>
      {extras && (
        <div className="mt-4 grid gap-4">
          <ExtraFields option={draft} onChange={change} at={field => at(why, field)} />
        </div>
      )}
      <div className="mt-1.5 flex flex-wrap items-center justify-between gap-x-3 text-sm text-muted">
        <p>
          {shut ?? (
            <>
              <Plural
                value={left}
                one="You can put forward # more option."
                other="You can put forward # more options."
              />{' '}
              {waits && t`The host looks at it first.`}
            </>
          )}
        </p>
        {!extras && (
          <Button
            look="quiet"
            disabled={shut !== undefined}
            className="-ms-4 text-sm aria-disabled:bg-transparent"
            onClick={() => {
              flushSync(() => setExtras(true))
              form.current?.querySelector('textarea')?.focus()
            }}
          >
            {t`Add a note or a link`}
          </Button>
        )}
      </div>
      <ProblemNote messages={beside(why, 'text', 'note', 'link')} className="mt-2" />
    </form>
  )
}
