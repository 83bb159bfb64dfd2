import { distance, placeAt, type Slot } from './slots'

const slack = 4 // pixels that a mouse moves before it drags
const pause = 220 // milliseconds that a finger rests before it does, so that it can scroll
const tremble = 8 // pixels that it may move meanwhile
const edge = 72 // pixels from the edge of what is in sight; nearer, the page scrolls

/** A row that is held. */
export interface Hold {
  /** The rows as they lay when it was picked up. */
  slots: readonly Slot[]
  from: number
  /** The place over which it is. */
  to: number
  /** How far it is from its own place, in pixels. */
  moved: number
}

interface Ends {
  onHold: (hold: Hold) => void
  /** Null if the row goes back. */
  onEnd: (hold: Hold | null) => void
}

/** The rows of a list as they lie. */
export const slotsOf = (list: HTMLElement): Slot[] =>
  Array.from(list.children as HTMLCollectionOf<HTMLElement>, ({ offsetTop, offsetHeight }) => ({
    top: offsetTop,
    height: offsetHeight,
  }))

/**
 * Follows a pointer that went down on a row of a list: a mouse that moves and a finger
 * that rests pick the row up. The list must prevent touchmove meanwhile, or the browser
 * takes the finger for itself. Returns the way to end it before its time.
 */
export function drag(
  list: HTMLElement,
  from: number,
  { pointerType, pointerId, clientX, clientY }: PointerEvent,
  { onHold, onEnd }: Ends,
): () => void {
  const stop = new AbortController()
  const scroller = scrollerOf(list)
  let y = clientY
  let hold: Hold | null = null
  let stirred = false
  let scrolledFrom = 0
  let frame = 0

  const place = () => {
    if (!hold) return
    const { slots } = hold
    const moved = within(
      y - clientY + scroller.scrollTop - scrolledFrom,
      distance(slots, from, 0),
      distance(slots, from, slots.length - 1),
    )
    stirred ||= moved !== 0
    hold = { slots, from, moved, to: placeAt(slots, from, moved) }
    onHold(hold)
  }
  const scroll = () => {
    frame = requestAnimationFrame(scroll)
    if (!hold) return
    const { slots, moved } = hold
    const by = scrollBy(scroller, y)
    const end = distance(slots, from, by < 0 ? 0 : slots.length - 1)
    if (by === 0 || moved === end) return
    scroller.scrollTop += by
    place()
  }
  const pickUp = () => {
    if (pointerType === 'mouse') list.setPointerCapture(pointerId) // a finger is captured by nature
    scrolledFrom = scroller.scrollTop
    hold = { slots: slotsOf(list), from, to: from, moved: 0 }
    place()
    frame = requestAnimationFrame(scroll)
  }
  const finish = (dropped: Hold | null) => {
    if (stop.signal.aborted) return
    stop.abort()
    clearTimeout(timer)
    cancelAnimationFrame(frame)
    if (stirred) swallowClick() // a slow press of a button stays one
    onEnd(dropped)
  }
  const timer = pointerType === 'mouse' ? undefined : setTimeout(pickUp, pause)

  const on = <K extends keyof WindowEventMap>(type: K, handler: (event: WindowEventMap[K]) => void) =>
    window.addEventListener(type, handler, { signal: stop.signal })
  on('pointermove', event => {
    if (event.pointerId !== pointerId) return
    y = event.clientY
    const far = Math.hypot(event.clientX - clientX, y - clientY)
    if (hold) place()
    else if (pointerType === 'mouse' && far >= slack) pickUp()
    else if (pointerType !== 'mouse' && far > tremble) finish(null)
  })
  on('pointerup', event => event.pointerId === pointerId && finish(hold))
  on('pointercancel', event => event.pointerId === pointerId && finish(null))
  on('blur', () => finish(null))
  on('keydown', event => event.key === 'Escape' && finish(null))
  on('contextmenu', event => event.preventDefault()) // which a long press would open
  return () => finish(null)
}

/** What scrolls when something in the list is to come into sight. */
function scrollerOf(list: HTMLElement): HTMLElement {
  for (let element = list.parentElement; element; element = element.parentElement)
    if (
      /auto|scroll/.test(getComputedStyle(element).overflowY) &&
      element.scrollHeight > element.clientHeight
    )
      return element
  return document.documentElement
}

/** How many pixels to scroll for a pointer there: the nearer to the edge, the more. */
function scrollBy(scroller: HTMLElement, y: number): number {
  const whole = scroller === document.documentElement
  const { top, bottom } = whole ? { top: 0, bottom: innerHeight } : scroller.getBoundingClientRect()
  const covered = Number.parseFloat(getComputedStyle(scroller).scrollPaddingBottom) || 0
  const above = Math.max(0, top + edge - y)
  const below = Math.max(0, y - (bottom - covered - edge))
  return (Math.min(below, edge) - Math.min(above, edge)) / 6
}

const within = (n: number, least: number, most: number) => Math.min(Math.max(n, least), most)

/** The click that a drag ends with is not meant. */
function swallowClick() {
  const stop = new AbortController()
  const swallow = (event: MouseEvent) => {
    event.preventDefault()
    event.stopPropagation()
  }
  window.addEventListener('click', swallow, { capture: true, signal: stop.signal })
  setTimeout(() => stop.abort(), 50)
}
