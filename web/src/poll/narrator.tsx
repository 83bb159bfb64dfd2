import { plural, t } from '@lingui/core/macro'
import { useEffect, useRef } from 'react'
import { announce } from '../ui/announcer'
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
    if (after.phase === 'voting') return t`Voting has started.`
    if (after.phase === 'closed')
      return !after.reveal || after.reveal.revealed
        ? t`Voting has closed. The result is here.`
        : t`Voting has closed. The host reveals the result.`
  }
  if (before.reveal?.revealed === false && after.reveal?.revealed) return t`The result is here.`
  const said: string[] = []
  const added = Object.entries(after.nominations).filter(
    ([id, { userID: author }]) => !(id in before.nominations) && author !== userID,
  )
  const one = added[0]?.[1].text ?? ''
  if (added.length === 1) said.push(t`Nominated: ${one}.`)
  else if (added.length > 1)
    said.push(plural(added.length, { one: '# new nomination.', other: '# new nominations.' }))
  const gone = Object.keys(before.nominations).filter(id => !(id in after.nominations))
  const lost = before.nominations[gone[0] ?? '']?.text ?? ''
  if (gone.length === 1) said.push(t`Removed: ${lost}.`)
  else if (gone.length > 1)
    said.push(plural(gone.length, { one: '# nomination removed.', other: '# nominations removed.' }))
  if (after.phase === 'lobby' && before.participantCount !== after.participantCount) {
    said.push(
      plural(after.participantCount, { one: '# person in the poll.', other: '# people in the poll.' }),
    )
  }
  return said.join(' ')
}
