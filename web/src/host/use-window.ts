import { useLayoutEffect, useRef, useState } from 'react'

const spare = 8 // rows beyond each edge, so that nothing is blank while one scrolls

/**
 * Which rows of a long list are in sight, and how much room the others take. One row may
 * be higher than the rest: the estimate is off by that much, beyond the edge. near is
 * called when the end is close.
 */
export function useWindow(count: number, rowHeight: number, near: () => void) {
  const ref = useRef<HTMLUListElement>(null)
  const [view, setView] = useState({ first: 0, last: 30 })
  const latest = useRef(near)
  useLayoutEffect(() => {
    latest.current = near
  })
  useLayoutEffect(() => {
    const list = ref.current
    const scroller = list?.closest('dialog') ?? document.documentElement
    const look = () => {
      if (!list) return
      const top = list.getBoundingClientRect().top - scroller.getBoundingClientRect().top
      const first = Math.max(0, Math.floor(-top / rowHeight) - spare)
      const last = Math.max(first, Math.ceil((scroller.clientHeight - top) / rowHeight)) + spare
      setView(view => (view.first === first && view.last === last ? view : { first, last }))
      if (last >= count) latest.current()
    }
    look()
    scroller.addEventListener('scroll', look, { passive: true })
    window.addEventListener('resize', look)
    return () => {
      scroller.removeEventListener('scroll', look)
      window.removeEventListener('resize', look)
    }
  }, [rowHeight, count])
  const first = Math.min(view.first, Math.max(0, count - 1))
  const last = Math.min(view.last, count)
  return { ref, first, last, before: first * rowHeight, after: (count - last) * rowHeight }
}
