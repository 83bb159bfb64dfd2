import { t } from '@lingui/core/macro'
import { useEffect, useRef } from 'react'
import { announce } from '../ui/announcer'
import { Clock } from '../ui/icons'
import { duration, moment, number } from '../ui/words'
import { useNow } from './use-now'
import type { Poll } from './use-poll'

const soon = 60 * 60_000 // a later end is told as a time of day
const told = [60, 10] // seconds before the end, said to people who do not see the clock

/** Whether voting ends at a moment that is worth a word: one that a host chose, or one that is close. */
const endsSoon = (poll: Poll, now: number) =>
  poll.phase === 'voting' && (poll.settings.closesAt !== undefined || Date.parse(poll.closesAt) - now < soon)

/** How long people may still vote. */
export function Countdown({ poll, className = '' }: { poll: Poll; className?: string }) {
  const now = useNow()
  if (!endsSoon(poll, now)) return null
  const left = Math.max(0, Math.ceil((Date.parse(poll.closesAt) - now) / 1_000))
  const clock = duration(left)
  const at = moment(poll.closesAt)
  const hurry = left <= 60
  return (
    <span
      role="timer"
      className={`inline-flex items-baseline gap-1.5 font-semibold tabular-nums ${hurry ? 'text-red' : 'text-ink'} ${className}`}
    >
      <Clock className="size-4 self-center" />
      <span>{left === 0 ? t`Time is up` : left * 1_000 < soon ? t`${clock} left` : t`Open until ${at}`}</span>
    </span>
  )
}

/** Says the last minute and the last seconds, once on the page. */
export function LastCall({ poll }: { poll: Poll }) {
  const now = useNow()
  const left = Math.ceil((Date.parse(poll.closesAt) - now) / 1_000)
  const said = useRef(Number.POSITIVE_INFINITY)
  useEffect(() => {
    const due = poll.phase === 'voting' ? told.findLast(seconds => left <= seconds && left > 0) : undefined
    if (due !== undefined && due < said.current) announce(t`${number(due)} seconds left to vote.`)
    said.current = due ?? Number.POSITIVE_INFINITY
  }, [left, poll.phase])
  return null
}
