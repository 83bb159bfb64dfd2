import { t } from '@lingui/core/macro'
import { Trans } from '@lingui/react/macro'
import { Draws } from '../poll/draws'
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
    <Section title={t`Check the count`}>
      <p className="mt-1 mb-3 text-muted">
        <Trans>
          The export has every ballot, without names and in no order that tells who cast it. Anybody can count
          it again.
        </Trans>
      </p>
      <div className="flex max-w-sm flex-wrap gap-2 print:hidden">
        {formats.map(format => (
          <a
            key={format}
            href={exportPath(outcome.pollID, format)}
            download={`caucus-${outcome.pollID}.${format}`}
            aria-label={t`Download ${format.toUpperCase()}`}
            className={buttonClass('plain', 'grow')}
          >
            <Download />
            {format.toUpperCase()}
          </a>
        ))}
      </div>
      {receipt && <Receipt receipt={receipt} className="mt-5 print:hidden" />}
      <p className="mt-5 text-sm text-muted">
        <Trans>
          With Caucus on a computer,{' '}
          <code className="font-mono">caucus verify caucus-{outcome.pollID}.json</code> counts it again and
          checks every receipt and draw.
        </Trans>
      </p>
      <Draws commitment={outcome.commitment} seed={outcome.seed} />
    </Section>
  )
}
