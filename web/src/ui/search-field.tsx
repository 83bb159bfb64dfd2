import { Search } from './icons'
import { inputClass } from './text-field'

/** A line to search by. */
export function SearchField({
  label,
  value,
  onChange,
  className = '',
}: {
  label: string
  value: string
  onChange: (value: string) => void
  className?: string
}) {
  return (
    <div className={`relative ${className}`}>
      <Search className="pointer-events-none absolute start-3.5 top-1/2 size-5 -translate-y-1/2 text-muted" />
      <input
        type="search"
        aria-label={label}
        placeholder={label}
        value={value}
        onChange={event => onChange(event.target.value)}
        autoComplete="off"
        dir="auto"
        // On both sides: what is typed from the other side has its button for clearing at the icon's.
        className={`${inputClass} px-11!`}
      />
    </div>
  )
}
