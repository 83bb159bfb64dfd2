import { useId } from 'react'
import { type Labelled, Notes, noted } from './text-field'

/** Something that is on or off. */
export function Switch({
  label,
  hint,
  checked,
  onChange,
}: Labelled & { checked: boolean; onChange: (checked: boolean) => void }) {
  const id = useId()
  return (
    <label htmlFor={id} className="flex items-start justify-between gap-4">
      <span>
        <span className="block font-semibold">{label}</span>
        <Notes id={id} hint={hint} />
      </span>
      <input
        {...noted(id, { hint })}
        type="checkbox"
        role="switch"
        aria-label={label}
        aria-checked={checked}
        checked={checked}
        onChange={event => onChange(event.target.checked)}
        className="relative mt-0.5 h-7 w-12 shrink-0 appearance-none rounded-full border border-edge bg-sunk transition-colors before:absolute before:top-[3px] before:start-[3px] before:size-5 before:rounded-full before:bg-edge before:transition-transform checked:border-green checked:bg-green checked:before:translate-x-5 rtl:checked:before:-translate-x-5 checked:before:bg-on-green"
      />
    </label>
  )
}
