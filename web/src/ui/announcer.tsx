import { Cell } from './cell'

const spoken = new Cell({ text: '', turn: 0 })

/** Says something to people who do not see the page. What follows at once is said with it. */
export const announce = (text: string) => spoken.set({ text, turn: spoken.get().turn + 1 })

/** Where announcements are made; once on the page. A change of key makes a repeated sentence heard again. */
export function Announcer() {
  const { text, turn } = spoken.use()
  return (
    <div role="status" aria-live="polite" className="sr-only">
      <span key={turn}>{text}</span>
    </div>
  )
}
