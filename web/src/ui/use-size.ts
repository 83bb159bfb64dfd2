import { type RefObject, useLayoutEffect, useRef, useState } from 'react'

/** How large an element is, and one em in it, in pixels. */
export interface Size {
  width: number
  height: number
  em: number
}

/** The size of an element as it is now; undefined before it is on the page. */
export function useSize<E extends HTMLElement>(): [RefObject<E | null>, Size | undefined] {
  const ref = useRef<E>(null)
  const [size, setSize] = useState<Size>()
  useLayoutEffect(() => {
    const element = ref.current
    if (!element) return
    const measure = () => {
      const { clientWidth: width, clientHeight: height } = element
      setSize({ width, height, em: Number.parseFloat(getComputedStyle(element).fontSize) })
    }
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(element)
    return () => observer.disconnect()
  }, [])
  return [ref, size]
}
