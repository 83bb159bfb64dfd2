import { useSize } from '../ui/use-size'

/** How high a row is, in ems: where its name is before its bar, from a width on, and where it is above. */
interface RowHeight {
  wide: number
  from: number
  narrow: number
}

/**
 * How many rows an element has room for, one at least and `most` at most, if it is as high as `style` has it where a page
 * can be scrolled; and one em in pixels where it is so narrow that names are above bars, else 0.
 */
export function useRows<E extends HTMLElement>(height: RowHeight, most: number) {
  const [box, size] = useSize<E>()
  const narrow = size && size.width < height.from * size.em ? size.em : 0
  const row = narrow ? height.narrow : height.wide
  const fit = size && size.height > 0 ? Math.floor((size.height + 1) / (row * size.em)) : most // browsers round the height
  return { box, room: Math.max(1, Math.min(fit, most)), narrow, style: { minHeight: `${most * row}em` } }
}
