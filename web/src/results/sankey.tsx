import { t } from '@lingui/core/macro'
import { type SankeyNode, sankey, sankeyLinkHorizontal } from 'd3-sankey'
import { useMemo } from 'react'
import { directionOf, isLocale } from '../i18n/locale'
import { useLocale } from '../i18n/speaking'
import { number } from '../ui/words'
import type { RoundList } from './rounds-table'
import { type Station, transfersOf, type Way } from './transfers'

const width = 960
const height = 480
const margin = 14 // for the numbers of the rounds

/** All votes of a count on their way through its rounds. The table of rounds says the same. */
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
  const { nodes, links } = useMemo(() => layout(rounds, options), [rounds, options])
  const locale = useLocale()
  const rtl = isLocale(locale) && directionOf(locale) === 'rtl'
  const color = (option: string) =>
    option === '' ? 'fill-edge' : winners.includes(option) ? 'fill-brass-seat' : 'fill-green'
  const last = rounds.length - 1
  return (
    <svg
      viewBox={`0 0 ${width} ${height}`}
      className={`w-full ${className}`}
      role="img"
      aria-label={t`The way of all votes through ${number(rounds.length)} rounds; the table of rounds has the figures.`}
    >
      <g transform={rtl ? `translate(${width} 0) scale(-1 1)` : undefined}>
        {links.map(link => {
          const { option } = link.source as Node
          return (
            <path
              key={`${(link.source as Node).id}>${(link.target as Node).id}`}
              d={sankeyLinkHorizontal()(link) ?? ''}
              strokeWidth={Math.max(link.width ?? 0, 1)}
              className={`fill-none ${option === '' ? 'stroke-edge' : winners.includes(option) ? 'stroke-brass-seat' : 'stroke-green'}`}
              strokeOpacity={(link.target as Node).option === '' ? 0.2 : 0.38}
            />
          )
        })}
        {nodes.map(({ id, option, x0 = 0, x1 = 0, y0 = 0, y1 = 0 }) => (
          <rect
            key={id}
            x={x0}
            y={y0}
            width={x1 - x0}
            height={Math.max(y1 - y0, 1)}
            rx={2}
            className={color(option)}
          />
        ))}
      </g>
      {nodes
        .filter(({ y0 = 0, y1 = 0, round }) => (round === 0 || round === last) && y1 - y0 > 11)
        .map(({ id, round, option, votes, x0 = 0, x1 = 0, y0 = 0, y1 = 0 }) => {
          const before = round === last
          const x = before ? x0 - 8 : x1 + 8
          return (
            <text
              key={id}
              x={rtl ? width - x : x}
              y={(y0 + y1) / 2}
              dominantBaseline="central"
              textAnchor={before ? 'end' : 'start'}
              className="fill-ink stroke-card text-[18px] font-bold [paint-order:stroke] [stroke-width:5px]"
            >
              {shorten(option === '' ? t`For nobody` : name(option))} {number(votes)}
            </text>
          )
        })}
    </svg>
  )
}

type Node = SankeyNode<Station, Way>

function layout(rounds: RoundList, options: readonly string[]) {
  const { stations, ways } = transfersOf(rounds)
  const rank = (option: string) => (option === '' ? options.length : options.indexOf(option))
  return sankey<Station, Way>()
    .nodeId(({ id }) => id)
    .nodeAlign(({ round }) => round)
    .nodeSort((a, b) => rank(a.option) - rank(b.option))
    .nodeWidth(16)
    .nodePadding(10)
    .extent([
      [1, margin],
      [width - 1, height - margin],
    ])({ nodes: stations.map(station => ({ ...station })), links: ways.map(way => ({ ...way })) })
}

const mostLetters = 22

function shorten(text: string): string {
  const letters = [...text]
  return letters.length > mostLetters ? `${letters.slice(0, mostLetters - 1).join('')}…` : text
}
