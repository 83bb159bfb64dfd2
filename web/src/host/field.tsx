import { t } from '@lingui/core/macro'
import { useId } from 'react'
import { Minus, Plus } from '../ui/icons'
import { Framed, inputClass, type Labelled, Notes, noted } from '../ui/text-field'
import { number } from '../ui/words'

/** Whether what was typed is a number of a range. */
export const isWithin = (value: number, { min, max }: { min: number; max: number }) =>
  Number.isInteger(value) && value >= min && value <= max

/** A small whole number, by buttons or by typing. */
export function NumberField({
  label,
  hint,
  error,
  value,
  min,
  max,
  onChange,
}: Labelled & { value: number; min: number; max: number; onChange: (value: number) => void }) {
  const id = useId()
  const wrong = isWithin(value, { min, max }) ? error : t`Choose ${number(min)} to ${number(max)}.`
  const step = (by: number) => onChange(Math.min(max, Math.max(min, (value || min) + by)))
  const stepClass =
    'grid size-11 place-items-center rounded-lg text-ink hover:bg-sunk aria-disabled:cursor-not-allowed aria-disabled:text-muted aria-disabled:opacity-40'
  return (
    <div className="flex items-start justify-between gap-4">
      <div className="pt-2">
        <label htmlFor={id} className="block font-semibold">
          {label}
        </label>
        <Notes id={id} hint={hint} error={wrong} />
      </div>
      <div className="flex shrink-0 items-center rounded-xl border border-edge bg-card">
        <button
          type="button"
          className={stepClass}
          aria-disabled={value <= min}
          aria-label={t`${label}: one fewer`}
          onClick={() => step(-1)}
        >
          <Minus />
        </button>
        <input
          {...noted(id, { hint, error: wrong })}
          type="number"
          inputMode="numeric"
          required
          min={min}
          max={max}
          value={Number.isNaN(value) ? '' : value}
          onChange={event => onChange(event.target.valueAsNumber)}
          onBlur={() => step(0)}
          className="w-10 appearance-none rounded bg-transparent text-center text-lg font-semibold tabular-nums outline-offset-4 [-moz-appearance:textfield] [&::-webkit-inner-spin-button]:appearance-none"
        />
        <button
          type="button"
          className={stepClass}
          aria-disabled={value >= max}
          aria-label={t`${label}: one more`}
          onClick={() => step(1)}
        >
          <Plus />
        </button>
      </div>
    </div>
  )
}

/** One of a few. */
export function Choice<T extends string | number>({
  label,
  hint,
  error,
  value,
  choices,
  onChange,
}: Labelled & {
  value: T
  choices: readonly { value: T; words: string }[]
  onChange: (value: T) => void
}) {
  const id = useId()
  return (
    <Framed id={id} label={label} hint={hint} error={error}>
      <select
        {...noted(id, { hint, error })}
        value={value}
        onChange={({ target }) => {
          const chosen = choices.find(({ value }) => String(value) === target.value)
          if (chosen) onChange(chosen.value)
        }}
        className={inputClass}
      >
        {choices.map(({ value, words }) => (
          <option key={value} value={value}>
            {words}
          </option>
        ))}
      </select>
    </Framed>
  )
}
