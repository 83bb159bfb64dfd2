import { type RefObject, useCallback, useLayoutEffect, useRef, useState } from 'react'

/** How large an element is, and one em in it, in pixels. */
export interface Size {
  width: number
  height: number
  em: number
}

/**
 * The size of an element as it is now; undefined before it is on the page. What is drawn by its size may change it, so it
 * is measured after each time, and nobody sees what came before.
 */
export function useSize<E extends HTMLElement>(): [RefObject<E | null>, Size | undefined] {
  const ref = useRef<E>(null)
  const [size, setSize] = useState<Size>()
  const measure = useCallback(() => {
    const element = ref.current
    if (!element) return
    const { clientWidth: width, clientHeight: height } = element
    const em = Number.parseFloat(getComputedStyle(element).fontSize)
    setSize(old =>
      old?.width === width && old.height === height && old.em === em ? old : { width, height, em },
    )
  }, [])
  useLayoutEffect(measure)
  useLayoutEffect(() => {
    if (!ref.current) return
    const observer = new ResizeObserver(measure)
    observer.observe(ref.current)
    return () => observer.disconnect()
  }, [measure])
  return [ref, size]
}
