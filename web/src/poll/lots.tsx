import { Trans } from '@lingui/react/macro'
import { Suspense, useState } from 'react'
import { withMore } from '../i18n/parts'
import { Waiting } from '../ui/page'
import { part } from '../ui/part'

const Seed = part(withMore(() => import('../results/more/seed')))

/** How draws are made, and what it takes to check that; the seed is shown once the poll is closed. */
export function Lots(lots: { commitment: string; seed?: string }) {
  const [opened, setOpened] = useState(false)
  return (
    <details className="mt-4" onToggle={({ currentTarget }) => setOpened(opened || currentTarget.open)}>
      <summary className="flex min-h-11 items-center font-semibold text-green">
        <Trans>How draws are made</Trans>
      </summary>
      {opened && (
        <Suspense fallback={<Waiting />}>
          <Seed {...lots} />
        </Suspense>
      )}
    </details>
  )
}
