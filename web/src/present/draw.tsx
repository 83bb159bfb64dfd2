import { t } from '@lingui/core/macro'
import { Trans } from '@lingui/react/macro'
import type { Snapshot } from 'valtio'
import type { Tie } from '../contract.gen'
import { number } from '../ui/words'

const mostNames = 8 // of all draws, so that the round below them has its room

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
  const most = Math.max(2, Math.floor(mostNames / draws.length))
  return (
    <section
      aria-label={t`Draw`}
      className="my-[0.4em] shrink-0 rounded-[0.8em] bg-brass-soft px-[1em] py-[0.6em]"
    >
      {draws.map(({ stage, tied, chosen }) => (
        <Names key={stage} tied={tied} chosen={chosen} most={most} name={name} />
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

/** The options of a draw: of many some, with all on which it fell. */
function Names({
  tied,
  chosen,
  most,
  name,
}: {
  tied: readonly string[]
  chosen: readonly string[]
  most: number
  name: (option: string) => string
}) {
  const others = tied.filter(option => !chosen.includes(option)).slice(0, Math.max(1, most - chosen.length))
  const shown = tied.filter(option => chosen.slice(0, most).includes(option) || others.includes(option))
  const more = tied.length - shown.length
  return (
    <ul
      className={`my-[0.3em] flex flex-wrap items-center gap-[0.5em] ${shown.length > 4 ? 'text-[0.8em]' : ''}`}
    >
      {shown.map(option => (
        <li
          key={option}
          className="relative max-w-[min(100%,11em)] rounded-[0.4em] border-2 border-dashed border-edge bg-card px-[0.7em] py-[0.15em] font-bold"
        >
          {chosen.includes(option) && (
            <span aria-hidden="true" className="drawn absolute inset-0 bg-brass-fill" />
          )}
          <bdi className={`relative block truncate ${chosen.includes(option) ? 'drawn-name' : ''}`}>
            {name(option)}
          </bdi>
        </li>
      ))}
      {more > 0 && (
        <li className="text-muted">
          <Trans>and {number(more)} more</Trans>
        </li>
      )}
    </ul>
  )
}
