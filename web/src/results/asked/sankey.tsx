import { plural, t } from '@lingui/core/macro'
import { type SankeyLink, type SankeyNode, sankey } from 'd3-sankey'
import { useMemo } from 'react'
import { directionOf, isLocale } from '../../i18n/locale'
import { useLocale } from '../../i18n/speaking'
import { type Size, useSize } from '../../ui/use-size'
import { number } from '../../ui/words'
import type { RoundList } from '../round-votes'
import { type Station, transfersOf, type Way } from '../transfers'

/** All votes of a count on their way through its rounds, as large as the place for it. The table of rounds says the same. */
export default function Sankey({
  rounds,
  options,
  winners,
  name,
  className = '',
}: {
  rounds: RoundList
  /** From the top down. */
  options: readonly string[]
  winners: readonly string[]
  name: (option: string) => string
  className?: string
}) {
  const [frame, whole] = useSize<HTMLDivElement>()
  const [box, size] = useSize<HTMLDivElement>()
  const narrow = whole !== undefined && whole.width < whole.em * 30
  const { nodes, links } = useMemo(
    () => (size?.width ? layout(rounds, options, size) : { nodes: [], links: [] }),
    [rounds, options, size],
  )
  const last = rounds.length - 1
  const named = size ? labelled(nodes, last, narrow ? size.em * 1.9 : size.em) : []
  const nameless = options.filter(
    option => nodes.some(node => node.option === option) && !named.some(node => node.option === option),
  ).length
  const first = named.filter(({ round }) => round === 0)
  return (
    <div ref={frame} className={`flex flex-col ${className}`}>
      <div
        role="img"
        aria-label={t`The way of all votes through ${number(rounds.length)} rounds; the table of rounds has the figures.`}
        className="relative grid min-h-0 flex-1 grid-cols-[auto_1fr_auto] grid-rows-[minmax(0,1fr)] overflow-hidden"
      >
        <Labels nodes={first} name={name} narrow={narrow} className="items-end pe-[0.5em]" />
        <div ref={box} translate="no" className="min-w-0">
          {size && <Flow nodes={nodes} links={links} winners={winners} size={size} />}
        </div>
        <Labels
          nodes={named.slice(first.length)}
          name={name}
          narrow={narrow}
          className="items-start ps-[0.5em]"
        />
      </div>
      {nameless > 0 && (
        <p className="mt-[0.3em] text-[0.8em] text-muted">
          {plural(nameless, { one: '# more option is not named.', other: '# more options are not named.' })}
        </p>
      )}
    </div>
  )
}

function Flow({
  nodes,
  links,
  winners,
  size: { width, height, em },
}: {
  nodes: readonly Node[]
  links: readonly Link[]
  winners: readonly string[]
  size: Size
}) {
  const locale = useLocale()
  const rtl = isLocale(locale) && directionOf(locale) === 'rtl'
  const fill = (option: string) =>
    option === '' ? 'fill-edge' : winners.includes(option) ? 'fill-brass-seat' : 'fill-green'
  return (
    <svg width={width} height={height} className="absolute overflow-visible" aria-hidden="true">
      <g transform={rtl ? `translate(${width} 0) scale(-1 1)` : undefined}>
        {links.map(link => (
          <path
            key={`${(link.source as Node).id}>${(link.target as Node).id}`}
            d={band(link)}
            className={fill((link.source as Node).option)}
            fillOpacity={(link.target as Node).option === '' ? 0.2 : 0.4}
          />
        ))}
        {nodes.map(({ id, option, x0 = 0, x1 = 0, y0 = 0, y1 = 0 }) => (
          <rect
            key={id}
            x={x0}
            y={y0}
            width={x1 - x0}
            height={Math.max(y1 - y0, 1)}
            rx={em / 8}
            className={fill(option)}
          />
        ))}
      </g>
      {columns(nodes, em).map(({ round, middle }) => (
        <text
          key={round}
          x={rtl ? width - middle : middle}
          y={em * 0.8}
          textAnchor="middle"
          className="fill-muted text-[0.75em]"
        >
          {number(round + 1)}
        </text>
      ))}
    </svg>
  )
}

/**
 * What stations are, and their votes: beside them, in a column that is as wide as the widest of these. Names of options
 * are cut off where they would leave no room for the picture; what the page says itself never is.
 */
function Labels({
  nodes,
  name,
  narrow,
  className,
}: {
  nodes: readonly Node[]
  name: (option: string) => string
  /** The votes stand below. */
  narrow: boolean
  /** To the side on which the picture is. */
  className: string
}) {
  return (
    <div className={`flex flex-col ${className}`}>
      {nodes.map(({ id, option, votes, y0 = 0, y1 = 0 }) => (
        <p
          key={id}
          className={`relative flex h-0 font-semibold whitespace-nowrap ${narrow ? 'flex-col [align-items:inherit] justify-center text-[0.8em]' : 'items-center gap-[0.35em] text-[0.9em]'}`}
          style={{ top: (y0 + y1) / 2 }}
        >
          {option === '' ? (
            t`For nobody`
          ) : (
            <bdi className="max-w-[7.5em] shrink-0 truncate leading-[1.3]">{name(option)}</bdi>
          )}
          <span className="leading-[1.1] font-extrabold">{number(votes)}</span>
        </p>
      ))}
    </div>
  )
}

type Link = SankeyLink<Station, Way>
type Node = SankeyNode<Station, Way>

/** The outline of a way. A wide line would do, but its edges run over where it is steep. */
function band({ source, target, y0 = 0, y1 = 0, width = 0 }: Link): string {
  const { x1: from = 0 } = source as Node
  const { x0: to = 0 } = target as Node
  const [middle, half] = [(from + to) / 2, Math.max(width, 1) / 2]
  return (
    `M${from},${y0 - half}C${middle},${y0 - half},${middle},${y1 - half},${to},${y1 - half}V${y1 + half}` +
    `C${middle},${y1 + half},${middle},${y0 + half},${from},${y0 + half}Z`
  )
}

function layout(rounds: RoundList, options: readonly string[], size: Size) {
  const { width, height, em } = size
  const { stations, ways } = transfersOf(rounds)
  const rank = (option: string) => (option === '' ? options.length : options.indexOf(option))
  const most = Math.max(1, ...rounds.map(({ tallies }) => tallies.length))
  return sankey<Station, Way>()
    .nodeId(({ id }) => id)
    .nodeAlign(({ round }) => round)
    .nodeSort((a, b) => rank(a.option) - rank(b.option))
    .nodeWidth(Math.min(em * 0.6, width / (2 * rounds.length)))
    .nodePadding(Math.min(em * 0.9, (height * 0.4) / most))
    .extent([
      [0, em * 1.4],
      [width, height - em * 0.4],
    ])({ nodes: stations.map(station => ({ ...station })), links: ways.map(way => ({ ...way })) })
}

/** Where the rounds stand, as many as have room for their numbers; the first is one of them. */
function columns(nodes: readonly Node[], em: number) {
  const middles = new Map(nodes.map(({ round, x0 = 0, x1 = 0 }) => [round, (x0 + x1) / 2]))
  let free = Number.NEGATIVE_INFINITY
  return [...middles]
    .map(([round, middle]) => ({ round, middle }))
    .sort((a, b) => a.round - b.round)
    .filter(({ middle }) => {
      const fits = middle >= free
      if (fits) free = middle + em * 2
      return fits
    })
}

/** The stations that are named: those of the first round and the last one, where there is room. */
function labelled(nodes: readonly Node[], last: number, room: number): Node[] {
  const middle = ({ y0 = 0, y1 = 0 }: Node) => (y0 + y1) / 2
  return [...new Set([0, last])].flatMap(round => {
    let free = Number.NEGATIVE_INFINITY
    return nodes
      .filter(node => node.round === round)
      .sort((a, b) => middle(a) - middle(b))
      .filter(node => {
        const fits = middle(node) >= free
        if (fits) free = middle(node) + room
        return fits
      })
  })
}
