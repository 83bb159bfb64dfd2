import { Duels } from '../results/asked/duels'
import { useMedia } from '../ui/use-media'
import { NotShown } from './not-shown'
import { useMost } from './use-most'

const mostShown = 12
const scales = [1.25, 1, 0.75] // of the text

type Props = Omit<Parameters<typeof Duels>[0], 'most' | 'brief'>

/** The matrix of duels as large as the screen has room for: of many options, those that win most. */
export function DuelsThatFit(props: Props) {
  const small = useMedia('(width < 64rem)') // and somebody can scroll
  if (!small) return <AsManyAsFit {...props} />
  return (
    <div className="my-auto py-[0.8em] text-[0.85em]">
      <Duels {...props} />
    </div>
  )
}

function AsManyAsFit({ options, matrix, name }: Props) {
  const levels = levelsOf(options.length)
  const [box, fit] = useMost<HTMLDivElement>(levels.length, options.map(name).join())
  const level = levels[fit - 1]
  if (!level) return null
  return (
    <div ref={box} className="flex min-h-0 flex-1 flex-col justify-center-safe">
      <div className="shrink-0" style={{ fontSize: `${level.scale}em` }}>
        <Duels options={options} matrix={matrix} name={name} most={level.shown} brief />
      </div>
      <NotShown options={options.length - level.shown} />
    </div>
  )
}

/** How large a matrix can be, and how many options it can have, from the least to the most. */
function levelsOf(options: number): { scale: number; shown: number }[] {
  const least = scales.at(-1) ?? 1
  const some = Array.from({ length: Math.max(Math.min(options, mostShown + 1) - 2, 0) }, (_, i) => ({
    scale: least,
    shown: i + 2,
  }))
  if (options > mostShown) return some
  return [...some, ...scales.map(scale => ({ scale, shown: options })).reverse()]
}
