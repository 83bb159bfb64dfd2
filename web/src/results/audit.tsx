import { exportPath } from '../session/api'
import { buttonClass } from '../ui/button'
import { Download } from '../ui/icons'
import { Section } from '../ui/page'
import { Receipt } from '../voting/receipt'
import type { Outcome } from './outcome'

const formats = ['json', 'csv', 'blt'] as const

/** What anybody needs to count again. */
export function Audit({ outcome, receipt }: { outcome: Outcome; receipt?: string | undefined }) {
  return (
    <Section title="Check the count">
      <p className="mt-1 mb-3 text-muted">
        The export has every ballot, without names and in no order that tells who cast it. Anybody can count
        it again.
      </p>
      <div className="grid max-w-sm grid-cols-3 gap-2">
        {formats.map(format => (
          <a
            key={format}
            href={exportPath(outcome.pollID, format)}
            download={`caucus-${outcome.pollID}.${format}`}
            aria-label={`Download ${format.toUpperCase()}`}
            className={buttonClass('plain', 'px-2!')}
          >
            <Download />
            {format.toUpperCase()}
          </a>
        ))}
      </div>
      {receipt && <Receipt receipt={receipt} className="mt-5" />}
      <details className="mt-4">
        <summary className="flex min-h-11 items-center font-semibold text-green">How lots are drawn</summary>
        <p className="text-sm text-muted">
          When voting opened, a random seed was fixed and its SHA-256 shown to everybody. Ties are drawn with
          it, so nobody could choose the lot once the ballots were in.
        </p>
        <dl className="mt-3 grid gap-2 text-sm">
          <dt className="font-semibold">Shown at the start (SHA-256 of the seed)</dt>
          <dd className="font-mono break-all text-muted">{outcome.commitment}</dd>
          <dt className="font-semibold">The seed</dt>
          <dd className="font-mono break-all text-muted">{outcome.seed}</dd>
        </dl>
      </details>
    </Section>
  )
}
