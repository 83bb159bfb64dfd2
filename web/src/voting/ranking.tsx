import type { NominationID } from '../contract.gen'
import { usePoll } from '../poll/use-poll'
import { number } from '../ui/words'

/** A ballot to read. */
export function Ranking({
  ids,
  ranks,
}: {
  ids: readonly NominationID[]
  /** The place of each; one after the other by default. */
  ranks?: readonly number[] | undefined
}) {
  const { poll } = usePoll()
  return (
    <ol className="grid gap-2">
      {ids.map((id, i) => (
        <li key={id} className="flex min-h-13 items-center gap-3 rounded-2xl bg-sunk py-2 ps-2.5 pe-4">
          <Place>{ranks?.[i] ?? i + 1}</Place>
          <span className="min-w-0 flex-1 font-medium">
            <bdi>{poll.nominations[id]?.text}</bdi>
          </span>
        </li>
      ))}
    </ol>
  )
}

/** A place on a ballot, on its brass plate. */
export function Place({ children }: { children: number }) {
  return (
    <span
      aria-hidden="true"
      className="grid size-8 shrink-0 place-items-center rounded-full bg-brass-fill font-bold text-on-brass tabular-nums"
    >
      {number(children)}
    </span>
  )
}
