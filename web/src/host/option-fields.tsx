import { t } from '@lingui/core/macro'
import type { DraftOption } from '../contract.gen'
import { limits } from '../ui/characters'
import { TextArea, TextField } from '../ui/text-field'
import { isLink } from './parse-options'

/** The three things that can be said of an option. */
export function OptionFields({
  option,
  onChange,
}: {
  option: DraftOption
  onChange: (option: DraftOption) => void
}) {
  const { text, note = '', link = '' } = option
  return (
    <div className="grid gap-4">
      <TextField
        label={t`Option`}
        value={text}
        onChange={event => onChange({ ...option, text: event.target.value })}
        limit={limits.nomination}
        autoComplete="off"
        dir="auto"
      />
      <TextArea
        label={t`Note`}
        value={note}
        onChange={event => onChange({ ...option, note: event.target.value })}
        limit={limits.note}
        dir="auto"
      />
      <TextField
        label={t`Link`}
        type="url"
        inputMode="url"
        value={link}
        onChange={event => onChange({ ...option, link: event.target.value })}
        error={link !== '' && !isLink(link) ? t`A link begins with https:// or http://.` : undefined}
        placeholder="https://"
        autoComplete="off"
        dir="ltr"
      />
    </div>
  )
}
