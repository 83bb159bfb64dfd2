import { Cell } from './cell'

/** How many dialogs are open: what is said on the page below them is not seen. */
export const openDialogs = new Cell(0)
