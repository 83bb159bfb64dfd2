import { Cell } from '../ui/cell'

/** How long an answer may take before it is worth a word, in milliseconds. */
export const lateAfter = 2_500

/** How many requests somebody waits for take longer than that. */
export const overdue = new Cell(0)

/** Has the page say so if an answer takes long. */
export async function noted<T>(asked: Promise<T>): Promise<T> {
  let late = 0
  const timer = setTimeout(() => {
    late = 1
    overdue.set(overdue.get() + 1)
  }, lateAfter)
  try {
    return await asked
  } finally {
    clearTimeout(timer)
    overdue.set(overdue.get() - late)
  }
}
