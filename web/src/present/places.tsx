import type { Snapshot } from 'valtio'
import type { Method, Standing } from '../contract.gen'
import { figureNames } from '../results/outcome'
import { number } from '../ui/words'
import { NotShown } from './not-shown'
import { useRows } from './use-rows'

const mostShown = 8
const rowHeight = { wide: 2.6, from: 21, narrow: 4 }

/** The places that are told so far, best first, with the method's own figures. */
export function Places({
  order,
  name,
  method,
  winners = [],
}: {
  order: readonly Snapshot<Standing>[]
  name: (option: string) => string
  method: Method
  /** Once they are known. */
  winners?: readonly string[]
}) {
  const { box, room, narrow, style } = useRows<HTMLDivElement>(rowHeight, Math.min(order.length, mostShown))
  const shown = order.slice(0, room)
  const most = Math.max(...shown.map(({ figure }) => figure), 1)
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <div ref={box} className="flex flex-1 flex-col lg:min-h-0!" style={style}>
        <table
          className={`w-full border-separate border-spacing-y-[0.4em] text-[1.15em] ${winners.length > 0 ? 'my-auto' : 'mt-auto'}`}
        >
          <caption className="sr-only">{figureNames[method]}</caption>
          <tbody>
            {shown.map(({ option, place, figure }) => {
              const bar = (
                <span className="block h-[1.3em] overflow-hidden rounded-[0.3em] bg-sunk" aria-hidden="true">
                  <span
                    className={`moves block h-full origin-left rtl:origin-right ${winners.includes(option) ? 'bg-brass-fill' : 'bg-green'}`}
                    style={{ transform: `scaleX(${Math.max(figure, 0) / most})` }}
                  />
                </span>
              )
              return (
                <tr key={option} className="appear">
                  <td className="w-[2.2em]">
                    <span className="grid size-[1.8em] place-items-center rounded-full bg-sunk font-bold tabular-nums">
                      {number(place)}
                    </span>
                  </td>
                  <th
                    scope="row"
                    className={`max-w-0 text-start font-bold ${narrow ? '' : 'w-[40%] pe-[0.6em]'}`}
                  >
                    <bdi className="block truncate">{name(option)}</bdi>
                    {narrow > 0 && bar}
                  </th>
                  {narrow === 0 && <td>{bar}</td>}
                  <td className="w-[4em] ps-[0.5em] text-end font-extrabold tabular-nums">
                    {number(figure)}
                  </td>
                </tr>
              )
            })}
          </tbody>
        </table>
      </div>
      <NotShown options={order.length - shown.length} />
    </div>
  )
}
