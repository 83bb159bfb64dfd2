import { t } from '@lingui/core/macro'
import { useEffect, useRef } from 'react'
import type { NominationID } from '../contract.gen'
import { usePoll } from '../poll/use-poll'
import { Place } from './ranking'

/** The ballot in a line, where it is far above a long list of options; a tap leads to it. */
export function BallotStrip({
  ranking,
  ranks,
  onTap,
}: {
  ranking: readonly NominationID[]
  ranks: readonly number[]
  onTap: () => void
}) {
  const { poll } = usePoll()
  const line = useRef<HTMLButtonElement>(null)
  const latest = ranking.length
  useEffect(() => {
    const { current } = line
    if (!current || latest === 0) return
    const forward = getComputedStyle(current).direction === 'rtl' ? -1 : 1
    current.scrollLeft = forward * current.scrollWidth
  }, [latest])
  if (latest === 0) return null
  return (
    <button
      ref={line}
      type="button"
      onClick={onTap}
      className="relative flex min-h-11 w-full basis-full items-center gap-1.5 overflow-x-auto rounded-xl [scrollbar-width:none] lg:hidden"
    >
      <span className="sr-only">{t`Go to your ballot`}</span>
      {ranking.map((id, i) => (
        <span
          key={id}
          className="flex max-w-40 shrink-0 items-center gap-2 rounded-full bg-sunk py-0.5 ps-0.5 pe-3 text-sm font-medium"
        >
          <Place>{ranks[i] ?? i + 1}</Place>
          <bdi className="truncate">{poll.nominations[id]?.text}</bdi>
        </span>
      ))}
    </button>
  )
}
