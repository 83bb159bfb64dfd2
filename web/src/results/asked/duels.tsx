import { t } from '@lingui/core/macro'
import { number } from '../../ui/words'

/** The matrix of duels; a table, so that it needs none beside it. A duel that is won stands in green. */
export function Duels({
  options,
  matrix,
  name,
  most = Number.POSITIVE_INFINITY,
  brief = false,
}: {
  options: readonly string[]
  matrix: readonly (readonly number[])[]
  name: (option: string) => string
  /** How many are shown, those that win the most. */
  most?: number
  /** For a place in which nobody can scroll: a name has one line. */
  brief?: boolean
}) {
  const votes = (a: number, b: number) => matrix[a]?.[b] ?? 0
  const wins = (a: number) => options.filter((_, b) => a !== b && votes(a, b) > votes(b, a)).length
  const order = options
    .map((_, i) => i)
    .sort((a, b) => wins(b) - wins(a))
    .slice(0, most)
  // Where one can scroll, a word keeps its width, up to that of its column. On a screen for all a name of usual length is
  // there as a whole, in a column as wide as it needs.
  const lines = brief ? 'block max-w-[8em] truncate' : 'line-clamp-2 wrap-break-word'
  const [column, row] = brief ? ['', ''] : ['min-w-[4.5em]', 'min-w-[6em] max-w-[12em]']
  const cell = 'border border-line px-[0.5em] py-[0.3em] text-center'
  return (
    <section
      className={brief ? 'relative' : 'relative overflow-auto'}
      tabIndex={brief ? undefined : 0}
      aria-label={t`Duels`}
    >
      <table className="mx-auto border-collapse tabular-nums">
        <thead>
          <tr>
            <td />
            {order.map(b => (
              <th key={options[b]} scope="col" className={`${cell} max-w-[8em] text-[0.8em] ${column}`}>
                <bdi className={lines}>{name(options[b] ?? '')}</bdi>
              </th>
            ))}
            <th scope="col" className={`${cell} min-w-[6em] text-[0.8em] text-muted`}>{t`Duels won`}</th>
          </tr>
        </thead>
        <tbody>
          {order.map(a => (
            <tr key={options[a]}>
              <th scope="row" className={`${cell} text-start ${row}`}>
                <bdi className={lines}>{name(options[a] ?? '')}</bdi>
              </th>
              {order.map(b => {
                if (a === b) return <td key={options[b]} className={`${cell} bg-sunk`} />
                const won = votes(a, b) > votes(b, a)
                const lost = votes(a, b) < votes(b, a)
                return (
                  <td
                    key={options[b]}
                    className={`${cell} ${won ? 'bg-green font-bold text-on-green' : lost ? 'text-muted' : 'bg-brass-soft'}`}
                  >
                    <span className="whitespace-nowrap">
                      {number(votes(a, b))}–{number(votes(b, a))}
                    </span>
                    <span className="sr-only">{won ? t`won` : lost ? t`lost` : t`equal`}</span>
                  </td>
                )
              })}
              <td className={`${cell} text-[1.1em] font-extrabold`}>{number(wins(a))}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
