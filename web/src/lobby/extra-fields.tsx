import { t } from '@lingui/core/macro'
import type { DraftOption } from '../contract.gen'
import { isLink } from '../poll/option-draft'
import { limits } from '../ui/characters'
import { TextArea, TextField } from '../ui/text-field'

/** What can be said of an option beside its text. */
export function ExtraFields({
  option,
  onChange,
}: {
  option: DraftOption
  onChange: (option: DraftOption) => void
}) {
  const { note = '', link = '' } = option
  return (
    <>
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
    </>
  )
}
