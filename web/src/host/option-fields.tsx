import { t } from '@lingui/core/macro'
import type { DraftOption } from '../contract.gen'
import { ExtraFields } from '../lobby/extra-fields'
import { characters, limits } from '../ui/characters'
import { TextField } from '../ui/text-field'

/** The three things that can be said of an option. */
export function OptionFields({
  option,
  onChange,
  at,
}: {
  option: DraftOption
  onChange: (option: DraftOption) => void
  /** What the server refuses of a field. */
  at: (field: keyof DraftOption) => string | undefined
}) {
  return (
    <div className="grid gap-4">
      <TextField
        label={t`Option`}
        value={option.text}
        onChange={event => onChange({ ...option, text: event.target.value })}
        error={characters(option.text) === 0 ? t`Write what this option is.` : at('text')}
        limit={limits.nomination}
        autoComplete="off"
        dir="auto"
      />
      <ExtraFields option={option} onChange={onChange} at={at} />
    </div>
  )
}
