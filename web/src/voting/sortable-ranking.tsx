import { t } from '@lingui/core/macro'
import { type ButtonHTMLAttributes, type CSSProperties, type PointerEvent, useId } from 'react'
import type { NominationID } from '../contract.gen'
import { usePoll } from '../poll/use-poll'
import { announce } from '../ui/announcer'
import { IconButton } from '../ui/button'
import { Close, Down, Grip, Up } from '../ui/icons'
import { number } from '../ui/words'
import { moved, placesOf, ranksOf } from './draft'
import { Place } from './ranking'
import { type Told, useSorting } from './use-sorting'

/** The ballot as a list to sort: by dragging, by the keyboard, by buttons. */
export function SortableRanking({
  ranking,
  places,
  tied = [],
  onTie,
  onMove,
  onRemove,
}: {
  ranking: readonly NominationID[]
  places: number
  /** The options that share the place of the one before. */
  tied?: readonly NominationID[]
  /** Has one share the place of the one before, or no longer; absent where no place is shared. */
  onTie?: (id: NominationID) => void
  onMove: (from: number, to: number) => void
  onRemove: (id: NominationID) => void
}) {
  const { poll } = usePoll()
  const help = useId()
  const text = (id: NominationID) => poll.nominations[id]?.text ?? ''
  const ranks = ranksOf({ ranking, tied })
  /** The place that a row would have where it is held; its own, if it may not be there. */
  const placeAt = (from: number, to: number) => {
    const next = moved({ ranking, tied, rest: false }, from, to)
    return next && placesOf(next) <= places ? ranksOf(next)[to] : ranks[from]
  }
  const tell = (told: Told, from: number, to: number) => {
    const option = text(ranking[from] ?? '')
    const place = number(placeAt(from, to) ?? 0)
    if (told === 'over') announce(t`Holding ${option} over place ${place}.`)
    else if (told === 'dropped') announce(t`${option} is at place ${place}.`)
    else announce(t`${option} is back at place ${place}.`)
  }
  const sorting = useSorting(ranking, onMove, tell)
  const next = (ranks.at(-1) ?? 0) + 1
  return (
    <>
      <p id={help} hidden>
        {t`To move an option, press space, then the arrow keys, then space again. Escape puts it back.`}
      </p>
      <ol ref={sorting.list} className={`relative grid ${onTie ? 'gap-3' : 'gap-2'}`}>
        {ranking.map((id, i) => (
          <Row
            key={id}
            id={id}
            text={text(id)}
            index={i}
            place={ranks[i] ?? i + 1}
            tied={i > 0 && tied.includes(id)}
            onTie={i > 0 ? onTie : undefined}
            last={i === ranking.length - 1}
            onMove={onMove}
            onRemove={onRemove}
            grip={{ ...sorting.grip(i), 'aria-describedby': help }}
            {...sorting.row(i)}
          />
        ))}
      </ol>
      {/* As high as a row, so that nothing moves under the finger when the last place is taken. */}
      <p className="mt-2 flex min-h-14 items-center gap-3 rounded-2xl border border-dashed border-edge px-3 text-muted">
        {next <= places && (
          <span
            aria-hidden="true"
            className="grid size-8 shrink-0 place-items-center rounded-full border-2 border-dashed border-edge font-bold tabular-nums"
          >
            {number(next)}
          </span>
        )}
        <span className="min-w-0">
          {next > places
            ? t`Every place is taken.`
            : next === 1
              ? t`Your favourite goes here`
              : t`Next choice`}
        </span>
      </p>
    </>
  )
}

function Row({
  id,
  text,
  index,
  place,
  tied,
  onTie,
  last,
  onMove,
  onRemove,
  held,
  style,
  grip,
  onPointerDown,
}: {
  id: NominationID
  text: string
  index: number
  place: number
  tied: boolean
  onTie: ((id: NominationID) => void) | undefined
  last: boolean
  onMove: (from: number, to: number) => void
  onRemove: (id: NominationID) => void
  /** It is in somebody's hand. */
  held: boolean
  style: CSSProperties | undefined
  grip: ButtonHTMLAttributes<HTMLButtonElement>
  onPointerDown: (event: PointerEvent) => void
}) {
  return (
    <li
      style={style}
      onPointerDown={onPointerDown}
      className={`relative flex min-h-14 touch-manipulation items-center rounded-2xl py-1.5 pe-1 select-none ${held ? 'z-10 bg-brass-soft shadow-lift' : 'bg-sunk'}`}
    >
      <button
        type="button"
        {...grip}
        aria-label={t`Drag ${text}`}
        className="grid h-11 w-6 shrink-0 cursor-grab place-items-center rounded-xl text-muted active:cursor-grabbing"
      >
        <Grip />
      </button>
      <Place>{place}</Place>
      {onTie && (
        <button
          type="button"
          aria-label={t`${text}: same place as the one above`}
          title={t`Same place as the one above`}
          aria-pressed={tied}
          onClick={() => onTie(id)}
          className={`absolute start-[1.4rem] -top-4 z-10 grid h-7 w-9 place-items-center rounded-full border text-lg leading-none font-bold ${tied ? 'border-brass-fill bg-brass-fill text-on-brass' : 'border-edge bg-card text-muted'}`}
        >
          =
        </button>
      )}
      <span className="min-w-0 flex-1 ps-2.5 pe-1 font-medium">
        <bdi>{text}</bdi>
      </span>
      <IconButton
        label={t`Move ${text} up`}
        disabled={index === 0}
        onClick={() => onMove(index, index - 1)}
        className="w-9!"
      >
        <Up />
      </IconButton>
      <IconButton
        label={t`Move ${text} down`}
        disabled={last}
        onClick={() => onMove(index, index + 1)}
        className="w-9! max-[26rem]:hidden"
      >
        <Down />
      </IconButton>
      <IconButton label={t`Take ${text} off the ballot`} onClick={() => onRemove(id)} className="w-9!">
        <Close />
      </IconButton>
    </li>
  )
}
