import type { RefObject } from 'react'
import { useSize } from '../ui/use-size'

/** How many rows of a height in ems an element has room for: one at least, and `most` at most. */
export function useRows<E extends HTMLElement>(height: number, most: number): [RefObject<E | null>, number] {
  const [ref, size] = useSize<E>()
  const fit = size && size.height > 0 ? Math.floor(size.height / (height * size.em)) : most
  return [ref, Math.max(1, Math.min(fit, most))]
}
