import { t } from '@lingui/core/macro'
import { useState } from 'react'
import type { Option } from '../poll/use-poll'
import { SearchField } from '../ui/field'
import { Section, Tally } from '../ui/page'
import { matcher } from './search'

const searchFrom = 9 // fewer are in sight

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
  const found = options.filter(({ text }) => matcher(sought)(text))
  return (
    <Section title={t`Options`} aside={<Tally n={options.length} />}>
      <p className="mb-4 text-muted">
        {places > 1 ? t`Tap them in your order of preference, best first.` : t`Tap the one you prefer.`}
      </p>
      {searchable && (
        <SearchField label={t`Search the options`} value={sought} onChange={setSought} className="mb-4" />
      )}
      <ul className="grid gap-2">
        {found.map(({ id, text }) => (
          <li key={id}>
            <OptionButton text={text} blocked={full} onClick={() => onTap(id)} />
          </li>
        ))}
      </ul>
      {found.length === 0 && (
        <p className="py-4 text-center text-muted">
          {options.length === 0 ? t`All of them are on your ballot.` : t`Nothing here has these letters.`}
        </p>
      )}
    </Section>
  )
}

/** An option to tap. */
function OptionButton({ text, blocked, onClick }: { text: string; blocked: boolean; onClick: () => void }) {
  return (
    <button
      type="button"
      aria-disabled={blocked}
      onClick={onClick}
      className={`flex min-h-14 w-full items-center gap-3 rounded-2xl border py-2 ps-2.5 pe-4 text-start transition-colors ${
        blocked ? 'cursor-not-allowed border-line text-muted' : 'border-edge bg-card hover:bg-sunk'
      }`}
    >
      <span
        aria-hidden="true"
        className={`size-8 shrink-0 rounded-full border-2 border-dashed ${blocked ? 'border-line' : 'border-edge'}`}
      />
      <span className="min-w-0 flex-1 font-medium">
        <bdi>{text}</bdi>
      </span>
    </button>
  )
}
