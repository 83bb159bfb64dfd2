import { proxy, useSnapshot } from 'valtio'

const spoken = proxy({ text: '', turn: 0 })

/** Says something to people who do not see the page. What follows at once is said with it. */
export function announce(text: string) {
  spoken.turn++
  spoken.text = text
}

/** Where announcements are made; once on the page. A change of key makes a repeated sentence heard again. */
export function Announcer() {
  const { text, turn } = useSnapshot(spoken)
  return (
    <div role="status" aria-live="polite" className="sr-only">
      <span key={turn}>{text}</span>
    </div>
  )
}
