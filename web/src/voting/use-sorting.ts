import {
  type CSSProperties,
  type KeyboardEvent,
  type PointerEvent,
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
} from 'react'
import { drag, type Hold, slotsOf } from './drag'
import { distance, roomFor } from './slots'

/** What has become of the row that was picked up at a place: it is over another, dropped there, or back. */
export type Told = 'over' | 'dropped' | 'back'

/**
 * A list that is sorted by hand: a mouse drags a row, a finger after a long press, and the
 * keyboard lifts it at its grip. Nothing moves in the list before onMove.
 */
export function useSorting(
  ids: readonly string[],
  onMove: (from: number, to: number) => void,
  tell: (told: Told, from: number, to: number) => void,
) {
  const list = useRef<HTMLOListElement>(null)
  const [hold, setHold] = useState<Hold | null>(null)
  const [byKeys, setByKeys] = useState(false)
  const holding = useRef<Hold | null>(null)
  const letGo = useRef<() => void>(undefined)

  const update = (next: Hold | null) => {
    const before = holding.current
    holding.current = next
    setHold(next)
    if (next && next.to !== before?.to) tell('over', next.from, next.to)
  }
  const end = (dropped: Hold | null) => {
    letGo.current = undefined
    const held = holding.current
    update(null)
    if (!held) return
    if (!dropped || dropped.to === dropped.from) return tell('back', held.from, held.from)
    onMove(dropped.from, dropped.to)
    tell('dropped', dropped.from, dropped.to)
  }
  // What was picked up is let go when the list becomes another one.
  // biome-ignore lint/correctness/useExhaustiveDependencies: that is what ids are for here
  useLayoutEffect(() => () => letGo.current?.(), [ids])
  useEffect(() => {
    const touched = (event: TouchEvent) => holding.current && event.preventDefault()
    const element = list.current
    element?.addEventListener('touchmove', touched, { passive: false })
    return () => element?.removeEventListener('touchmove', touched)
  }, [])

  const press = (from: number) => (event: PointerEvent) => {
    if (!list.current || letGo.current || event.button !== 0 || !event.isPrimary) return
    setByKeys(false)
    letGo.current = drag(list.current, from, event.nativeEvent, { onHold: update, onEnd: end })
  }
  const lift = (from: number) => {
    if (!list.current || letGo.current) return
    setByKeys(true)
    letGo.current = () => end(null)
    update({ slots: slotsOf(list.current), from, to: from, moved: 0 })
  }
  const shift = ({ slots, from, to }: Hold, by: number) => {
    const next = Math.min(Math.max(to + by, 0), slots.length - 1)
    update({ slots, from, to: next, moved: distance(slots, from, next) })
    list.current?.children[next]?.scrollIntoView?.({ block: 'nearest' })
  }
  const keyDown = (from: number) => (event: KeyboardEvent) => {
    const held = byKeys && holding.current?.from === from ? holding.current : null
    const { key } = event
    if (key === ' ' || key === 'Enter') held ? end(held) : lift(from)
    else if (!held) return
    else if (key === 'ArrowUp' || key === 'ArrowDown') shift(held, key === 'ArrowUp' ? -1 : 1)
    else if (key === 'Escape') end(null)
    else return
    event.preventDefault()
  }

  const styleOf = (row: number): CSSProperties | undefined => {
    if (!hold) return undefined
    const { slots, from, to, moved } = hold
    const own = row === from
    return {
      transform: `translateY(${own ? moved : roomFor(slots, from, to, row)}px)`,
      transition: own && !byKeys ? undefined : 'transform 180ms ease-out',
    }
  }
  return {
    list,
    /** What makes the row at a place one that can be dragged. */
    row: (i: number) => ({ held: hold?.from === i, style: styleOf(i), onPointerDown: press(i) }),
    /** What makes a button in it the grip for the keyboard. */
    grip: (i: number) => ({
      'aria-pressed': hold?.from === i,
      onKeyDown: keyDown(i),
      onBlur: () => byKeys && hold?.from === i && letGo.current?.(),
    }),
  }
}
