import { plural, t } from '@lingui/core/macro'
import { type ChangeEvent, useRef } from 'react'
import type { DraftOption } from '../contract.gen'
import { isWrong } from '../poll/option-draft'
import { at, type Why } from '../session/refusal'
import { announce } from '../ui/announcer'
import { Badge } from '../ui/badge'
import { Button, IconButton } from '../ui/button'
import { Close, Pencil, Plus } from '../ui/icons'
import { TextArea } from '../ui/text-field'
import { OptionFields } from './option-fields'
import { addOptions, parseOptions } from './parse-options'

export interface OptionsDraft {
  options: readonly DraftOption[]
  /** Written, and not on the list yet. */
  typed: string
  /** The place of the one that is open. */
  editing?: number | undefined
}

export const noOptions: OptionsDraft = { options: [], typed: '' }

/** The options with what is still in the field. */
export const allOf = ({ options, typed }: OptionsDraft) => addOptions(options, parseOptions(typed))

/** All of them on the list, with one open. */
export const withOpen = (draft: OptionsDraft, editing: number): OptionsDraft => ({
  options: allOf(draft),
  typed: '',
  editing,
})

/** The place of the first option that a refusal is about; -1 if it is about none. */
export const firstOption = (why: readonly Why[]) =>
  Number(why.map(({ field = '' }) => /^options\[(\d+)\]/.exec(field)?.[1]).find(Boolean) ?? -1)

/** The options that a host puts on the table with the poll: typed, pasted, or from a file. */
export function OptionsEditor({
  draft,
  onChange,
  why,
}: {
  draft: OptionsDraft
  onChange: (draft: OptionsDraft) => void
  /** What the server refused. */
  why: readonly Why[]
}) {
  const { options, typed, editing } = draft
  const file = useRef<HTMLInputElement>(null)
  const add = (pasted: string, isTable = false) => {
    const all = addOptions(options, parseOptions(pasted, isTable))
    const added = all.length - options.length
    announce(plural(added, { one: '# option added', other: '# options added' }))
    onChange({ ...draft, options: all, typed: '' })
  }
  const read = async ({ target }: ChangeEvent<HTMLInputElement>) => {
    const chosen = target.files?.[0]
    const text = await chosen?.text()
    target.value = ''
    if (chosen && text) add(text, chosen.name.endsWith('.csv'))
  }
  const replace = (i: number, by: DraftOption) => onChange({ ...draft, options: options.with(i, by) })
  return (
    <div className="grid gap-3">
      <TextArea
        label={t`Options`}
        hint={t`One a line: type them, or paste a list, a spreadsheet or CSV with notes and links. Others can add theirs in the waiting room.`}
        value={typed}
        onChange={event => onChange({ ...draft, typed: event.target.value })}
        autoComplete="off"
        dir="auto"
      />
      <div className="flex flex-wrap gap-2">
        <Button disabled={typed.trim() === ''} onClick={() => add(typed)}>
          <Plus />
          {t`Add to the list`}
        </Button>
        <Button look="quiet" onClick={() => file.current?.click()}>
          {t`From a file`}
        </Button>
        <input
          ref={file}
          type="file"
          accept=".csv,.tsv,.txt,text/csv,text/plain"
          aria-label={t`A file with options`}
          onChange={read}
          className="hidden"
        />
      </div>
      {options.length > 0 && (
        <ol className="grid gap-2" aria-label={t`Options of this poll`}>
          {options.map((option, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: an option may be edited to anything; its place is what it has
            <li key={i} className="rounded-2xl bg-sunk">
              <Row
                option={option}
                editing={editing === i}
                onEdit={() => onChange({ ...draft, editing: editing === i ? undefined : i })}
                onRemove={() => onChange({ ...draft, options: options.toSpliced(i, 1), editing: undefined })}
              />
              {editing === i && (
                <div className="px-4 pb-4">
                  <OptionFields
                    option={option}
                    onChange={option => replace(i, option)}
                    at={field => at(why, `options[${i}].${field}`)}
                  />
                </div>
              )}
            </li>
          ))}
        </ol>
      )}
    </div>
  )
}

function Row({
  option,
  editing,
  onEdit,
  onRemove,
}: {
  option: DraftOption
  editing: boolean
  onEdit: () => void
  onRemove: () => void
}) {
  const { text, note, link } = option
  return (
    <div className="flex min-h-13 items-center gap-1 ps-4 pe-1">
      <span className="min-w-0 flex-1 py-2">
        <bdi className="font-medium">{text}</bdi>
        {(note || link) && <bdi className="block truncate text-sm text-muted">{note || link}</bdi>}
        {isWrong(option) && <Badge look="bad">{t`Does not fit yet`}</Badge>}
      </span>
      <IconButton label={t`Edit ${text}`} aria-expanded={editing} onClick={onEdit}>
        <Pencil />
      </IconButton>
      <IconButton label={t`Remove ${text}`} onClick={onRemove}>
        <Close />
      </IconButton>
    </div>
  )
}
