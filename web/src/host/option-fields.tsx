import { t } from '@lingui/core/macro'
import type { DraftOption } from '../contract.gen'
import { ExtraFields } from '../lobby/extra-fields'
import { limits } from '../ui/characters'
import { TextField } from '../ui/text-field'

/** The three things that can be said of an option. */
export function OptionFields({
  option,
  onChange,
}: {
  option: DraftOption
  onChange: (option: DraftOption) => void
}) {
  return (
    <div className="grid gap-4">
      <TextField
        label={t`Option`}
        value={option.text}
        onChange={event => onChange({ ...option, text: event.target.value })}
        limit={limits.nomination}
        autoComplete="off"
        dir="auto"
      />
      <ExtraFields option={option} onChange={onChange} />
    </div>
  )
}
