import { t } from '@lingui/core/macro'
import type { Snapshot } from 'valtio'
import type { Tie } from '../contract.gen'

/** The draws of a round: who was in them, on whom they fell, and the seed that made them nobody's choice. */
export function Draw({
  ties,
  name,
  seed = '',
  commitment = '',
}: {
  ties: readonly Snapshot<Tie>[]
  name: (option: string) => string
  seed?: string | undefined
  commitment?: string | undefined
}) {
  const draws = ties.filter(({ rule }) => rule === 'draw')
  if (draws.length === 0) return null
  return (
    <section aria-label={t`Draw`} className="my-[0.4em] rounded-[0.8em] bg-brass-soft px-[1em] py-[0.6em]">
      {draws.map(({ stage, tied, chosen }) => (
        <ul key={stage} className="flex flex-wrap gap-[0.5em]">
          {tied.map(option => (
            <li
              key={option}
              className="relative max-w-full truncate rounded-[0.4em] border-2 border-dashed border-edge bg-card px-[0.7em] py-[0.15em] font-bold"
            >
              {chosen.includes(option) && (
                <span aria-hidden="true" className="drawn absolute inset-0 bg-brass-fill" />
              )}
              <bdi className={`relative ${chosen.includes(option) ? 'drawn-name' : ''}`}>{name(option)}</bdi>
            </li>
          ))}
        </ul>
      ))}
      <p className="mt-[0.4em] text-[0.75em] text-muted">
        {t`Drawn with a seed that was fixed, as its SHA-256, when voting opened:`}{' '}
        <code dir="ltr" className="break-all text-ink">
          {seed.slice(0, 16)}… → {commitment.slice(0, 16)}…
        </code>
      </p>
    </section>
  )
}
