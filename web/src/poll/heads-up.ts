import { useEffect, useRef } from 'react'
import { vibrates } from '../session/memory'
import { useTitle } from '../ui/page'
import { phaseName } from './phases'
import { usePoll } from './use-poll'

const icons = {
  usual: new URL('../icon.svg', import.meta.url).href,
  open: new URL('../icon-open.svg', import.meta.url).href,
}

/** Says in the list of tabs, on the icon and by a buzz that there is something to do, or to see. */
export function useHeadsUp() {
  const { poll, me } = usePoll()
  const due = poll.phase === 'voting' && !me.voted && !me.spectates
  useTitle(`${due ? '● ' : ''}${phaseName(poll)}: ${poll.settings.topic}`)
  useEffect(() => {
    mark(due)
    return () => mark(false)
  }, [due])
  const shown = poll.phase === 'closed' && (poll.reveal?.revealed ?? true)
  const before = useRef({ phase: poll.phase, shown })
  useEffect(() => {
    const news = poll.phase !== before.current.phase || shown !== before.current.shown
    before.current = { phase: poll.phase, shown }
    if (news && (poll.phase === 'voting' || shown) && vibrates()) navigator.vibrate?.([180, 90, 180])
  }, [poll.phase, shown])
}

/** The icon of the tab, and of the program where it is installed. */
function mark(due: boolean) {
  const icon = document.querySelector<HTMLLinkElement>('link[rel=icon]')
  if (icon) icon.href = due ? icons.open : icons.usual
  const badge = due ? navigator.setAppBadge?.() : navigator.clearAppBadge?.()
  badge?.catch(() => {}) // not installed, or not wanted
}
