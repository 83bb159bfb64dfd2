import { t } from '@lingui/core/macro'
import { useEffect, useRef } from 'react'
import { number } from '../ui/words'
import { flightsOf, fly } from './flights'
import { optionsNotShown } from './not-shown'
import { type Rounds, type Row, rowsOf, rowsThatFit } from './scene'
import { useRows } from './use-rows'

const mostRows = 10
const rowHeight = { wide: 1.75, from: 28, narrow: 2.9 } // with which names do not touch, and have room
const barEnd = 0.8 // of the chart's width; the figures stand after it
const nameWidth = 0.28 // of it, where names are before the bars
const belowMiddle = 0.75 // ems that a bar is below the middle of its row, where its name is above

/**
 * A round: a line for each option, and between rounds the ballots that fly from the one
 * that lost them to their next choice. Lines and bars move by transforms alone.
 */
export function RoundChart({
  rounds,
  name,
  speed,
  seats,
}: {
  rounds: Rounds
  name: (option: string) => string
  speed: number
  /** To be filled, of STV; 0 of instant runoff. */
  seats: number
}) {
  const round = rounds.at(-1)
  const sky = useRef<SVGSVGElement>(null)
  const rows = rowsOf(rounds)
  const options = rowsOf(rounds.slice(0, 1)).length
  const {
    box: chart,
    room: lines,
    narrow,
    style,
  } = useRows<HTMLDivElement>(rowHeight, Math.min(options, mostRows))
  const barStart = narrow ? 0 : nameWidth
  const shown = rowsThatFit(rows, lines)
  const most = Math.max(...rounds.flatMap(r => [r.threshold, ...r.tallies.map(({ votes }) => votes)]), 1)
  const now = { rounds, lines, most, speed, barStart, below: belowMiddle * narrow }
  const latest = useRef(now)
  latest.current = now

  const shownRound = round?.number ?? 0
  const told = useRef(shownRound)
  useEffect(() => {
    const next = shownRound === told.current + 1
    told.current = shownRound
    const { rounds, lines, most, speed, barStart, below } = latest.current
    if (!next || !sky.current || matchMedia('(prefers-reduced-motion: reduce)').matches) return
    const { width, height } = sky.current.getBoundingClientRect()
    const rtl = getComputedStyle(sky.current).direction === 'rtl'
    return fly(
      sky.current,
      flightsOf(rounds, lines, ({ row, votes }) => {
        const x = (barStart + (barEnd - barStart) * Math.min(votes / most, 1)) * width
        return { x: rtl ? width - x : x, y: ((Math.min(row, lines - 1) + 0.5) / lines) * height + below }
      }),
      Math.max(speed, 1),
    )
  }, [shownRound])

  if (!round) return null
  // In the order of the options, so that a line that changes its place is the same element.
  const inOrder = shown.map((row, i) => ({ row, i })).sort((a, b) => (a.row.option < b.row.option ? -1 : 1))
  return (
    <div className="flex min-h-0 flex-1 flex-col gap-[0.3em] max-lg:pt-[0.4em]">
      <div ref={chart} className="relative flex-1 lg:min-h-0!" style={style}>
        <ul className="absolute inset-0">
          {inOrder.map(({ row, i }) => (
            <Line
              key={row.option}
              row={row}
              name={name(row.option)}
              share={row.votes / most}
              threshold={narrow ? round.threshold / most : undefined}
              height={`${100 / lines}%`}
              place={i}
            />
          ))}
        </ul>
        {!narrow && (
          <div
            aria-hidden="true"
            className="absolute inset-y-0 w-[0.12em] bg-ink"
            style={{
              insetInlineStart: `${(barStart + (barEnd - barStart) * (round.threshold / most)) * 100}%`,
            }}
          />
        )}
        <svg ref={sky} className="pointer-events-none absolute inset-0 size-full" aria-hidden="true" />
      </div>
      <p className="text-[0.8em] text-muted">{footnote(rounds, seats, rows.length - shown.length)}</p>
    </div>
  )
}

/** What the chart alone does not show: what its line is, who is in, and what is not in it. */
function footnote(rounds: Rounds, seats: number, hidden: number): string {
  const round = rounds.at(-1)
  if (!round) return ''
  const threshold = number(round.threshold)
  const elected = rounds.reduce((sum, { elected }) => sum + elected.length, 0)
  const lost = round.exhausted.reduce((sum, { votes }) => sum + votes, 0)
  return [
    seats > 0
      ? t`The line is the quota: ${threshold} votes are a seat.`
      : t`The line: ${threshold} votes elect.`,
    seats > 0 && t`Seats filled: ${number(elected)} of ${number(seats)}.`,
    lost >= 0.005 && t`Votes for nobody by now: ${number(lost)}.`,
    optionsNotShown(hidden),
  ]
    .filter(Boolean)
    .join(' ')
}

const fills: Record<Row['state'], string> = {
  in: 'bg-green',
  elected: 'bg-brass-fill',
  leaving: 'bg-red',
  out: 'bg-edge',
}

function Line({
  row,
  name,
  share,
  threshold,
  height,
  place,
}: {
  row: Row
  name: string
  /** Of the longest bar. */
  share: number
  /** The same of the votes that elect, where names are above the bars, which a line through all rows would strike out. */
  threshold: number | undefined
  height: string
  place: number
}) {
  const narrow = threshold !== undefined
  return (
    <li
      className={`moves absolute inset-x-0 top-0 flex items-center ${narrow ? 'flex-wrap content-center' : ''} ${row.state === 'out' ? 'text-muted' : ''}`}
      style={{ height, transform: `translateY(${place * 100}%)` }}
    >
      <span
        className={`text-[1.15em] ${narrow ? 'w-full' : 'w-[28%] pe-[0.6em]'} ${row.state === 'out' ? 'line-through' : 'font-bold'}`}
      >
        <bdi className="block truncate">{name}</bdi>
      </span>
      <span
        className={`relative overflow-hidden rounded-[0.3em] bg-sunk ${narrow ? 'h-[1.2em] w-[80%]' : 'h-[58%] max-h-[2.4em] w-[52%]'}`}
        aria-hidden="true"
      >
        <span
          className={`moves absolute inset-0 origin-left rtl:origin-right ${fills[row.state]}`}
          style={{ transform: `scaleX(${share})` }}
        />
        {narrow && (
          <span
            className="absolute inset-y-0 w-[0.12em] bg-ink"
            style={{ insetInlineStart: `calc(${threshold * 100}% - 0.12em)` }}
          />
        )}
      </span>
      <span className="flex w-[20%] flex-wrap items-baseline wrap-break-word gap-x-[0.3em] ps-[0.5em] leading-none">
        <Figure row={row} />
      </span>
    </li>
  )
}

function Figure({ row: { state, votes, gained, since } }: { row: Row }) {
  if (state === 'out' && since)
    return <span className="text-[0.8em] text-balance">{t`out in round ${number(since)}`}</span>
  return (
    <>
      <span className="text-[1.3em] font-extrabold tabular-nums">{number(votes)}</span>
      {gained > 0 && (
        <span dir="ltr" className="text-[0.8em] font-semibold text-green">
          +{number(gained)}
        </span>
      )}
      {state === 'elected' && <span className="text-[0.8em] font-bold text-brass">{t`Elected`}</span>}
      {state === 'leaving' && <span className="text-[0.8em] font-bold text-red">{t`Out`}</span>}
    </>
  )
}
