import { type RefObject, useCallback, useLayoutEffect, useRef, useState } from 'react'

/** How large an element is, and one em in it, in pixels. */
export interface Size {
  width: number
  height: number
  em: number
}

/** How often what is drawn by a size may change the size again before it is shown; more may have no end. */
const redrawings = 3

/**
 * The size of an element as it is now; undefined before it is on the page. What is drawn by its size may change it, so it
 * is measured again before anybody sees that.
 */
export function useSize<E extends HTMLElement>(): [RefObject<E | null>, Size | undefined] {
  const ref = useRef<E>(null)
  const [size, setSize] = useState<Size>()
  const redrawn = useRef(0)
  const measure = useCallback(() => {
    const element = ref.current
    if (!element) return
    const { clientWidth: width, clientHeight: height } = element
    const em = Number.parseFloat(getComputedStyle(element).fontSize)
    setSize(old =>
      old?.width === width && old.height === height && old.em === em ? old : { width, height, em },
    )
  }, [])
  // biome-ignore lint/correctness/useExhaustiveDependencies: it is another size that is measured again
  useLayoutEffect(() => {
    if (redrawn.current++ < redrawings) measure()
  }, [size, measure])
  useLayoutEffect(() => {
    if (!ref.current) return
    const observer = new ResizeObserver(() => {
      redrawn.current = 0
      measure()
    })
    observer.observe(ref.current)
    return () => observer.disconnect()
  }, [measure])
  return [ref, size]
}
