import { i18n, type MessageDescriptor } from '@lingui/core'
import { msg, t } from '@lingui/core/macro'
import type { DraftOption } from '../contract.gen'
import { type LinkFault, linkFault } from '../poll/option-draft'
import { limits } from '../ui/characters'
import { TextArea, TextField } from '../ui/text-field'

/** What can be said of an option beside its text. */
export function ExtraFields({
  option,
  onChange,
  at,
}: {
  option: DraftOption
  onChange: (option: DraftOption) => void
  /** What the server refuses of a field. */
  at: (field: keyof DraftOption) => string | undefined
}) {
  const { note = '', link = '' } = option
  return (
    <>
      <TextArea
        label={t`Note`}
        value={note}
        onChange={event => onChange({ ...option, note: event.target.value })}
        error={at('note')}
        limit={limits.note}
        dir="auto"
      />
      <TextField
        label={t`Link`}
        type="url"
        inputMode="url"
        value={link}
        onChange={event => onChange({ ...option, link: event.target.value })}
        error={linkProblem(link) ?? at('link')}
        limit={limits.link}
        placeholder="https://"
        autoComplete="off"
        dir="ltr"
      />
    </>
  )
}

function linkProblem(link: string): string | undefined {
  const fault = link.trim() === '' ? undefined : linkFault(link)
  return fault && i18n._(problems[fault])
}

const problems: Record<LinkFault, MessageDescriptor> = {
  start: msg`A link begins with https:// or http://.`,
  length: msg`This link is too long. Letters outside A to Z count more than once.`,
  user: msg`Take out what is before the @: a name or a password must not be in a link.`,
  characters: msg`A link has no spaces, quotation marks, < or >.`,
  unseen: msg`There are characters in this link that cannot be seen. Type it instead of pasting it.`,
  address: msg`This does not lead to a web page.`,
}
