import RoundsTable from '../results/asked/rounds-table'
import { NotShown } from './not-shown'
import { useMost } from './use-most'

/** The table of rounds as far as the screen has room for it: the first of the options, and the latest rounds. */
export function RoundsThatFit({ rounds, options, name }: Omit<Parameters<typeof RoundsTable>[0], 'brief'>) {
  const words = options.map(name).join()
  const [table, columns] = useMost<HTMLDivElement>(rounds.length, words, { side: 'width' })
  const [box, rows] = useMost<HTMLDivElement>(options.length, `${columns} ${words}`, { side: 'height' })
  return (
    <div ref={box} className="flex min-h-[20em] flex-1 flex-col lg:min-h-0">
      <div ref={table} className="shrink-0">
        <RoundsTable rounds={rounds.slice(-columns)} options={options.slice(0, rows)} name={name} brief />
      </div>
      <NotShown options={options.length - rows} rounds={rounds.length - columns} />
    </div>
  )
}
