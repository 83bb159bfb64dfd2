import { useSize } from '../ui/use-size'

const narrowest = 34 // ems in which a name, a bar and a figure are beside each other

/** How high a row is, in ems: where its name is before its bar, and where it is above. */
export interface RowHeight {
  wide: number
  narrow: number
}

/**
 * How many rows an element has room for, one at least and `most` at most, if it is as high as `style` has it where a page
 * can be scrolled; and one em in pixels where it is so narrow that names are above bars, else 0.
 */
export function useRows<E extends HTMLElement>(height: RowHeight, most: number) {
  const [box, size] = useSize<E>()
  const narrow = size && size.width < narrowest * size.em ? size.em : 0
  const row = narrow ? height.narrow : height.wide
  const fit = size && size.height > 0 ? Math.floor((size.height + 1) / (row * size.em)) : most // browsers round the height
  return { box, room: Math.max(1, Math.min(fit, most)), narrow, style: { minHeight: `${most * row}em` } }
}
