import { t } from '@lingui/core/macro'
import { useRef, useState } from 'react'
import { OptionLink, OptionNotes } from '../poll/option-text'
import type { Option } from '../poll/use-poll'
import { Section, Tally } from '../ui/page'
import { SearchField } from '../ui/search-field'
import { matcher } from './search'

export const searchFrom = 9 // fewer are in sight

/** The options that are not on the ballot, to tap. */
export function OptionList({
  options,
  full,
  places,
  onTap,
}: {
  options: readonly Option[]
  /** No place is left on the ballot. */
  full: boolean
  places: number
  onTap: (id: string) => void
}) {
  const [sought, setSought] = useState('')
  const [searchable] = useState(options.length >= searchFrom)
  const list = useRef<HTMLUListElement>(null)
  const [height, setHeight] = useState(0) // of the whole list: while one searches, the page does not shrink
  const seek = (text: string) => {
    if (!sought) setHeight(list.current?.offsetHeight ?? 0)
    setSought(text)
  }
  const matches = matcher(sought)
  const found = options.filter(({ text, note, merged = [] }) =>
    matches([text, note, ...merged.map(({ text }) => text)].join(' ')),
  )
  return (
    <Section title={t`Options`} aside={<Tally n={options.length} />}>
      <p className="mb-4 text-muted">
        {places > 1 ? t`Tap them in your order of preference, best first.` : t`Tap the one you prefer.`}
      </p>
      {searchable && (
        <SearchField label={t`Search the options`} value={sought} onChange={seek} className="mb-4" />
      )}
      {found.length === 0 && (
        <p className="py-4 text-center text-muted">
          {options.length === 0 ? t`All of them are on your ballot.` : t`Nothing here has these letters.`}
        </p>
      )}
      <ul ref={list} className="grid content-start gap-2" style={sought ? { minHeight: height } : undefined}>
        {found.map(option => (
          <li key={option.id} className={rowClass(full)}>
            <OptionButton option={option} blocked={full} onClick={() => onTap(option.id)} />
            <OptionLink option={option} className="ms-11 mb-1 -mt-2 max-w-full" />
          </li>
        ))}
      </ul>
    </Section>
  )
}

const rowClass = (blocked: boolean) =>
  `flex flex-col items-start rounded-2xl border transition-colors ${blocked ? 'border-line text-muted' : 'border-edge bg-card hover:bg-sunk'}`

/** An option to tap. */
function OptionButton({
  option,
  blocked,
  onClick,
}: {
  option: Option
  blocked: boolean
  onClick: () => void
}) {
  return (
    <button
      type="button"
      aria-disabled={blocked}
      onClick={onClick}
      className={`flex min-h-14 w-full items-center gap-3 rounded-2xl py-2 ps-2.5 pe-4 text-start ${blocked ? 'cursor-not-allowed' : ''}`}
    >
      <span
        aria-hidden="true"
        className={`size-8 shrink-0 rounded-full border-2 border-dashed ${blocked ? 'border-line' : 'border-edge'}`}
      />
      <span className="min-w-0 flex-1 font-medium">
        <bdi>{option.text}</bdi>
        <OptionNotes option={option} />
      </span>
    </button>
  )
}
