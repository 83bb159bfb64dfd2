import { t } from '@lingui/core/macro'
import { number } from '../ui/words'

/** The matrix of duels; a table, so that it needs none beside it. A duel that is won stands in green. */
export function Duels({
  options,
  matrix,
  name,
  className = '',
}: {
  options: readonly string[]
  matrix: readonly (readonly number[])[]
  name: (option: string) => string
  className?: string
}) {
  const votes = (a: number, b: number) => matrix[a]?.[b] ?? 0
  const wins = (a: number) => options.filter((_, b) => a !== b && votes(a, b) > votes(b, a)).length
  const order = options.map((_, i) => i).sort((a, b) => wins(b) - wins(a))
  const cell = 'border border-line px-[0.5em] py-[0.3em] text-center'
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be in reach of the keyboard
    <section className={`min-h-0 overflow-auto ${className}`} tabIndex={0} aria-label={t`Duels`}>
      <table className="mx-auto border-collapse tabular-nums">
        <thead>
          <tr>
            <td />
            {order.map(b => (
              <th key={options[b]} scope="col" className={`${cell} max-w-[8em] text-[0.8em]`}>
                <bdi className="line-clamp-2">{name(options[b] ?? '')}</bdi>
              </th>
            ))}
            <th scope="col" className={`${cell} text-[0.8em] text-muted`}>{t`Duels won`}</th>
          </tr>
        </thead>
        <tbody>
          {order.map(a => (
            <tr key={options[a]}>
              <th scope="row" className={`${cell} max-w-[12em] text-start`}>
                <bdi className="line-clamp-2">{name(options[a] ?? '')}</bdi>
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
                    <span dir="ltr">
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
