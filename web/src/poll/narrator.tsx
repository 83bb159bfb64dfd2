import { useEffect, useRef } from 'react'
import { announce } from '../ui/announcer'
import { count } from '../ui/words'
import { type Poll, usePoll } from './use-poll'

const pause = 2_000 // what changes meanwhile is told together

/** Tells people who do not see the page what has changed on it. */
export function Narrator() {
  const { poll, me } = usePoll()
  const told = useRef(poll)
  const latest = useRef(poll)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => {
    latest.current = poll
    const tell = () => {
      timer.current = undefined
      const said = changes(told.current, latest.current, me.userID)
      told.current = latest.current
      if (said) announce(said)
    }
    if (poll.phase === told.current.phase) timer.current ??= setTimeout(tell, pause)
    else {
      clearTimeout(timer.current)
      tell()
    }
  }, [poll, me.userID])
  useEffect(() => () => clearTimeout(timer.current), [])
  return null
}

/** What to say of a change, in one go; '' if nothing. */
export function changes(before: Poll, after: Poll, userID: string): string {
  if (before.phase !== after.phase) {
    if (after.phase === 'voting') return 'Voting has started.'
    if (after.phase === 'closed') return 'Voting has closed. The result is here.'
  }
  const said: string[] = []
  const added = Object.entries(after.nominations).filter(
    ([id, { userID: author }]) => !(id in before.nominations) && author !== userID,
  )
  if (added.length === 1) said.push(`Nominated: ${added[0]?.[1].text}.`)
  else if (added.length > 1) said.push(`${count(added.length, 'new nomination')}.`)
  const gone = Object.keys(before.nominations).filter(id => !(id in after.nominations))
  if (gone.length === 1) said.push(`Removed: ${before.nominations[gone[0] ?? '']?.text}.`)
  else if (gone.length > 1) said.push(`${count(gone.length, 'nomination')} removed.`)
  if (after.phase === 'lobby' && before.participantCount !== after.participantCount) {
    said.push(`${count(after.participantCount, 'person', 'people')} in the poll.`)
  }
  return said.join(' ')
}
