import { t } from '@lingui/core/macro'
import { type SankeyLink, type SankeyNode, sankey } from 'd3-sankey'
import { useMemo } from 'react'
import { directionOf, isLocale } from '../i18n/locale'
import { useLocale } from '../i18n/speaking'
import { fitting } from '../ui/characters'
import { type Size, useSize } from '../ui/use-size'
import { isolate, number } from '../ui/words'
import type { RoundList } from './round-votes'
import { type Station, transfersOf, type Way } from './transfers'

const labelSize = 0.9 // ems, as the class of the labels says

interface Picture {
  rounds: RoundList
  /** From the top down. */
  options: readonly string[]
  winners: readonly string[]
  name: (option: string) => string
}

/** All votes of a count on their way through its rounds, as large as the place for it. The table of rounds says the same. */
export default function Sankey({ className = '', ...picture }: Picture & { className?: string }) {
  const [box, size] = useSize<HTMLDivElement>()
  return (
    <div ref={box} className={`relative overflow-hidden ${className}`}>
      {size && size.width > 0 && <Flow {...picture} size={size} />}
    </div>
  )
}

function Flow({ rounds, options, winners, name, size }: Picture & { size: Size }) {
  const { width, height, em } = size
  const { nodes, links } = useMemo(() => layout(rounds, options, size), [rounds, options, size])
  const locale = useLocale()
  const rtl = isLocale(locale) && directionOf(locale) === 'rtl'
  const widthOf = useMeasure(em)
  /** Whether a name has room between the edge of the picture, its figure and its bar. */
  const fitsBeside = (votes: number) => (text: string) =>
    widthOf(text, 600) + widthOf(number(votes), 800) <= gutter(size) - em
  const x = (fromStart: number) => (rtl ? width - fromStart : fromStart)
  const fill = (option: string) =>
    option === '' ? 'fill-edge' : winners.includes(option) ? 'fill-brass-seat' : 'fill-green'
  return (
    <svg
      width={width}
      height={height}
      className="absolute"
      role="img"
      aria-label={t`The way of all votes through ${number(rounds.length)} rounds; the table of rounds has the figures.`}
    >
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
        <text key={round} x={x(middle)} y={em * 0.8} textAnchor="middle" className="fill-muted text-[0.75em]">
          {number(round + 1)}
        </text>
      ))}
      {labelled(nodes, rounds.length - 1, em).map(
        ({ id, round, option, votes, x0 = 0, x1 = 0, y0 = 0, y1 = 0 }) => {
          const first = round === 0
          return (
            <text
              key={id}
              x={x(first ? x0 - em / 2 : x1 + em / 2)}
              y={(y0 + y1) / 2}
              dominantBaseline="central"
              textAnchor={first ? 'end' : 'start'}
              className="fill-ink text-[0.9em] font-semibold"
            >
              {/* Each text alone in its element: others would be put into one that SVG does not know. */}
              <tspan>
                {isolate(fitting(option === '' ? t`For nobody` : name(option), fitsBeside(votes)))}
              </tspan>
              <tspan className="font-extrabold" dx={rtl ? -em / 3 : em / 3}>
                {number(votes)}
              </tspan>
            </text>
          )
        },
      )}
    </svg>
  )
}

type Node = SankeyNode<Station, Way>

/** The outline of a way. A wide line would do, but its edges run over where it is steep. */
function band({ source, target, y0 = 0, y1 = 0, width = 0 }: SankeyLink<Station, Way>): string {
  const { x1: from = 0 } = source as Node
  const { x0: to = 0 } = target as Node
  const [middle, half] = [(from + to) / 2, Math.max(width, 1) / 2]
  return (
    `M${from},${y0 - half}C${middle},${y0 - half},${middle},${y1 - half},${to},${y1 - half}V${y1 + half}` +
    `C${middle},${y1 + half},${middle},${y0 + half},${from},${y0 + half}Z`
  )
}

/** The room beside the picture for names. */
const gutter = ({ width, em }: Size) => Math.min(width * 0.27, em * 12)

function layout(rounds: RoundList, options: readonly string[], size: Size) {
  const { width, height, em } = size
  const { stations, ways } = transfersOf(rounds)
  const rank = (option: string) => (option === '' ? options.length : options.indexOf(option))
  const most = Math.max(1, ...rounds.map(({ tallies }) => tallies.length))
  return sankey<Station, Way>()
    .nodeId(({ id }) => id)
    .nodeAlign(({ round }) => round)
    .nodeSort((a, b) => rank(a.option) - rank(b.option))
    .nodeWidth(em * 0.6)
    .nodePadding(Math.min(em * 0.9, (height * 0.4) / most))
    .extent([
      [gutter(size), em * 1.4],
      [width - gutter(size), height - em * 0.4],
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
function labelled(nodes: readonly Node[], last: number, em: number): Node[] {
  const middle = ({ y0 = 0, y1 = 0 }: Node) => (y0 + y1) / 2
  return [...new Set([0, last])].flatMap(round => {
    let free = Number.NEGATIVE_INFINITY
    return nodes
      .filter(node => node.round === round)
      .sort((a, b) => middle(a) - middle(b))
      .filter(node => {
        const fits = middle(node) >= free
        if (fits) free = middle(node) + em
        return fits
      })
  })
}

/** How wide texts are in the labels of the picture, by the weight of their letters. */
function useMeasure(em: number) {
  return useMemo(() => {
    const context = document.createElement('canvas').getContext('2d')
    const family = getComputedStyle(document.body).fontFamily
    return (text: string, weight: number) => {
      if (!context) return 0
      context.font = `${weight} ${em * labelSize}px ${family}`
      return context.measureText(text).width
    }
  }, [em])
}
