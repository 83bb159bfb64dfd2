import { t } from '@lingui/core/macro'
import { number } from '../ui/words'
import { Place } from './ranking'

/** An option to tap: on the ballot, off the ballot. */
export function OptionButton({
  text,
  place,
  full,
  onClick,
}: {
  text: string
  /** Its place on the ballot, from 1; 0 if it has none. */
  place: number
  /** No place is left. */
  full: boolean
  onClick: () => void
}) {
  const ranked = place > 0
  const blocked = full && !ranked
  return (
    <button
      type="button"
      aria-pressed={ranked}
      aria-description={ranked ? t`Place ${number(place)}` : undefined}
      aria-disabled={blocked}
      onClick={onClick}
      className={`flex min-h-14 w-full items-center gap-3 rounded-2xl border py-2 ps-2.5 pe-4 text-start transition-colors ${
        ranked
          ? 'border-brass bg-brass-soft'
          : blocked
            ? 'cursor-not-allowed border-line text-muted'
            : 'border-edge bg-card hover:bg-sunk'
      }`}
    >
      {ranked ? (
        <Place>{place}</Place>
      ) : (
        <span
          aria-hidden="true"
          className={`size-8 shrink-0 rounded-full border-2 border-dashed ${blocked ? 'border-line' : 'border-edge'}`}
        />
      )}
      <span className="min-w-0 flex-1 font-medium">
        <bdi>{text}</bdi>
      </span>
    </button>
  )
}
