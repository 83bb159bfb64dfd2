import { t } from '@lingui/core/macro'
import { span } from '../ui/words'

const usual = [60, 120, 300, 600, 1_800, 3_600]

/** How long people have, in seconds. 0 is for ever, where that may be chosen. */
export function TimeChoice({
  seconds,
  none,
  onChange,
}: {
  seconds: number
  /** What it is called when there is no timer. */
  none?: string
  onChange: (seconds: number) => void
}) {
  return (
    <fieldset>
      <legend className="sr-only">{t`Time to vote`}</legend>
      <div className="grid grid-cols-[repeat(auto-fit,minmax(6.5rem,1fr))] gap-2">
        {[...(none ? [0] : []), ...usual].map(choice => (
          <label
            key={choice}
            className="grid min-h-12 cursor-pointer place-items-center rounded-xl border border-edge px-2 text-center font-semibold has-checked:border-green has-checked:bg-green-soft has-checked:text-green has-focus-visible:outline-3 has-focus-visible:outline-green"
          >
            <input
              type="radio"
              name="seconds"
              checked={choice === seconds}
              onChange={() => onChange(choice)}
              className="sr-only"
            />
            {choice === 0 ? none : span(choice)}
          </label>
        ))}
      </div>
    </fieldset>
  )
}
