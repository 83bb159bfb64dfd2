import {
  type Announcements,
  closestCenter,
  DndContext,
  type DragEndEvent,
  KeyboardSensor,
  type Modifier,
  MouseSensor,
  TouchSensor,
  useSensor,
  useSensors,
} from '@dnd-kit/core'
import {
  SortableContext,
  sortableKeyboardCoordinates,
  useSortable,
  verticalListSortingStrategy,
} from '@dnd-kit/sortable'
import { t } from '@lingui/core/macro'
import type { NominationID } from '../contract.gen'
import { usePoll } from '../poll/use-poll'
import { IconButton } from '../ui/button'
import { Close, Down, Grip, Up } from '../ui/icons'
import { number } from '../ui/words'
import { ranksOf } from './draft'
import { Place } from './ranking'

const upAndDown: Modifier = ({ transform }) => ({ ...transform, x: 0 })

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
  const sensors = useSensors(
    useSensor(MouseSensor, { activationConstraint: { distance: 4 } }),
    useSensor(TouchSensor, { activationConstraint: { delay: 220, tolerance: 8 } }), // a long press, anywhere on a row
    useSensor(KeyboardSensor, { coordinateGetter: sortableKeyboardCoordinates }),
  )
  const text = (id: unknown) => poll.nominations[String(id)]?.text ?? ''
  const ranks = ranksOf({ ranking, tied })
  const place = (id: unknown) => ranks[ranking.indexOf(String(id))] ?? 0
  const announcements: Announcements = {
    onDragStart: () => undefined, // what is said next, at once, would cut it off
    onDragOver: ({ active, over }) =>
      over ? t`Holding ${text(active.id)} over place ${place(over.id)}.` : undefined,
    onDragEnd: ({ active, over }) =>
      over ? t`${text(active.id)} is at place ${place(over.id)}.` : undefined,
    onDragCancel: ({ active }) => t`${text(active.id)} is back at place ${place(active.id)}.`,
  }
  const drop = ({ active, over }: DragEndEvent) => {
    if (over) onMove(ranking.indexOf(String(active.id)), ranking.indexOf(String(over.id)))
  }
  const next = (ranks.at(-1) ?? 0) + 1
  return (
    <DndContext
      sensors={sensors}
      collisionDetection={closestCenter}
      modifiers={[upAndDown]}
      onDragEnd={drop}
      accessibility={{
        announcements,
        screenReaderInstructions: {
          draggable: t`To move an option, press space, then the arrow keys, then space again. Escape puts it back.`,
        },
      }}
    >
      <SortableContext items={[...ranking]} strategy={verticalListSortingStrategy}>
        <ol className={`grid ${onTie ? 'gap-3' : 'gap-2'}`}>
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
            />
          ))}
        </ol>
      </SortableContext>
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
    </DndContext>
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
}) {
  const { attributes, listeners, setNodeRef, setActivatorNodeRef, transform, transition, isDragging } =
    useSortable({ id })
  return (
    <li
      ref={setNodeRef}
      {...listeners}
      style={{ transform: transform ? `translateY(${transform.y}px)` : undefined, transition }}
      className={`relative flex min-h-14 touch-manipulation items-center rounded-2xl select-none bg-sunk py-1.5 pe-1 ${isDragging ? 'z-10 bg-brass-soft shadow-lift' : ''}`}
    >
      <button
        type="button"
        ref={setActivatorNodeRef}
        {...attributes}
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
