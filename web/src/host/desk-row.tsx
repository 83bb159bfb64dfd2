import { t } from '@lingui/core/macro'
import { type CSSProperties, type PointerEvent, useRef, useState } from 'react'
import type { DraftOption } from '../contract.gen'
import { isWrong } from '../poll/option-draft'
import { OptionLink, OptionNotes } from '../poll/option-text'
import type { Option } from '../poll/use-poll'
import { at, beside } from '../session/refusal'
import { useCommand } from '../session/use-command'
import { Button, IconButton } from '../ui/button'
import { Close, Down, Grip, Pencil, Undo, Up } from '../ui/icons'
import { ProblemNote } from '../ui/problem'
import { focusInvalid, useRefusedField } from '../ui/text-problems'
import { OptionFields } from './option-fields'

/** An option in the host's hand: to mark for a merge, to move, to edit, to take away. */
export function DeskRow({
  option,
  marked,
  onMark,
  onUp,
  onDown,
  held,
  style,
  onPointerDown,
}: {
  option: Option
  marked: boolean
  onMark: () => void
  onUp: (() => void) | undefined
  onDown: (() => void) | undefined
  /** It is in somebody's hand. */
  held: boolean
  style: CSSProperties | undefined
  onPointerDown: (event: PointerEvent) => void
}) {
  const [editing, setEditing] = useState(false)
  const { busy, problem, run } = useCommand()
  const { id, text, merged } = option
  return (
    <li
      style={style}
      className={`relative rounded-2xl ${held ? 'z-10 bg-brass-soft shadow-lift' : marked ? 'bg-green-soft' : 'bg-sunk'}`}
    >
      <label
        onPointerDown={onPointerDown}
        className="flex min-h-12 touch-manipulation items-center gap-3 ps-4 pe-3 pt-2 select-none"
      >
        <input
          type="checkbox"
          checked={marked}
          onChange={onMark}
          aria-label={t`Choose ${text} to merge`}
          className="size-5 shrink-0 accent-green"
        />
        <span className="min-w-0 flex-1 font-medium">
          <bdi>{text}</bdi>
          <OptionNotes option={option} />
        </span>
        <Grip className="size-5 shrink-0 cursor-grab text-muted" />
      </label>
      <div className="flex flex-wrap items-center justify-end gap-x-1 ps-3 pe-1">
        <OptionLink option={option} className="me-auto" />
        {merged && (
          <Button
            look="quiet"
            className="text-sm"
            busy={busy}
            onClick={() => run('unmerge_nomination', { id })}
          >
            <Undo className="size-4 rtl:-scale-x-100" />
            {t`Undo the merge`}
          </Button>
        )}
        <div className="ms-auto flex">
          <IconButton label={t`Move ${text} up`} disabled={!onUp} onClick={onUp}>
            <Up />
          </IconButton>
          <IconButton label={t`Move ${text} down`} disabled={!onDown} onClick={onDown}>
            <Down />
          </IconButton>
          <IconButton label={t`Edit ${text}`} aria-expanded={editing} onClick={() => setEditing(!editing)}>
            <Pencil />
          </IconButton>
          <IconButton label={t`Remove ${text}`} busy={busy} onClick={() => run('remove_nomination', { id })}>
            <Close />
          </IconButton>
        </div>
      </div>
      {editing && <EditForm option={option} onDone={() => setEditing(false)} />}
      <ProblemNote messages={problem} />
    </li>
  )
}

function EditForm({ option: { id, text, note, link }, onDone }: { option: Option; onDone: () => void }) {
  const [draft, setDraft] = useState<DraftOption>({ text, note: note ?? '', link: link ?? '' })
  const { busy, why, run, clear } = useCommand()
  const fields = useRef<HTMLDivElement>(null)
  const change = (draft: DraftOption) => {
    setDraft(draft)
    clear()
  }
  const save = async () => {
    if (isWrong(draft)) return focusInvalid(fields.current)
    if ((await run('edit_nomination', { id, ...draft })).ok) onDone()
  }
  useRefusedField(fields, why)
  return (
    <div ref={fields} className="grid gap-4 px-4 pt-1 pb-4">
      <OptionFields option={draft} onChange={change} at={field => at(why, field)} />
      <ProblemNote messages={beside(why, 'text', 'note', 'link')} />
      <div className="flex flex-wrap justify-end gap-2">
        <Button onClick={onDone}>{t`Go back`}</Button>
        <Button look="primary" busy={busy} aria-disabled={isWrong(draft)} onClick={save}>
          {t`Save`}
        </Button>
      </div>
    </div>
  )
}
