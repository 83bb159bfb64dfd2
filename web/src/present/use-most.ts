import { type RefObject, useLayoutEffect, useRef, useState } from 'react'
import { useLocale } from '../i18n/speaking'

type Side = 'height' | 'width'

/** A search for the most that fits: `fits` is known to, or is the least; `over` does not. */
interface Search {
  of: string
  fits: number
  over: number
  tried: number
}

/**
 * How many things, of `most`, an element has room for: it is drawn with some, and with fewer until nothing of it
 * overflows, on one side or on any. `least` are shown in any case. What is shown is searched for again when the element has
 * another size, the page another language, or `of` is another: the words that are shown, or what else decides.
 */
export function useMost<E extends HTMLElement>(
  most: number,
  of: string,
  { least = 1, side }: { least?: number; side?: Side } = {},
): [RefObject<E | null>, number] {
  const ref = useRef<E>(null)
  const key = `${useLocale()} ${most} ${of}`
  const start: Search = { of: key, fits: Math.min(least, most), over: most + 1, tried: most }
  const [state, setSearch] = useState(start)
  const search = state.of === key ? state : start

  useLayoutEffect(() => {
    const element = ref.current
    const { fits, over, tried } = search
    if (!element || (tried === fits && over - fits <= 1)) return
    const next = overflows(element, side) && tried > fits ? { fits, over: tried } : { fits: tried, over }
    const middle = next.over - next.fits > 1 ? Math.floor((next.fits + next.over) / 2) : next.fits
    setSearch({ of: key, ...next, tried: middle })
  })

  useLayoutEffect(() => {
    const element = ref.current
    if (!element) return
    const sizeOf = () => `${element.clientWidth} ${element.clientHeight}`
    let size = sizeOf()
    const observer = new ResizeObserver(() => {
      if (sizeOf() === size) return
      size = sizeOf()
      setSearch(search => ({ ...search, of: '' }))
    })
    observer.observe(element)
    return () => observer.disconnect()
  }, [])
  return [ref, search.tried]
}

/** By more than a pixel: browsers round both figures. */
function overflows(element: HTMLElement, side?: Side) {
  const { scrollHeight, clientHeight, scrollWidth, clientWidth } = element
  return (
    (side !== 'width' && scrollHeight > clientHeight + 1) ||
    (side !== 'height' && scrollWidth > clientWidth + 1)
  )
}
