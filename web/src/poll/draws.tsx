import { Trans } from '@lingui/react/macro'
import { Suspense, useState } from 'react'
import { withAsked } from '../i18n/parts'
import { Waiting } from '../ui/page'
import { part } from '../ui/part'

const Seed = part(withAsked(() => import('../results/asked/seed')))

/** How draws are made, and what it takes to check that; the seed is shown once the poll is closed. */
export function Draws(draws: { commitment: string; seed?: string }) {
  const [opened, setOpened] = useState(false)
  return (
    <details className="mt-4" onToggle={({ currentTarget }) => setOpened(opened || currentTarget.open)}>
      <summary className="flex min-h-11 items-center font-semibold text-green">
        <Trans>How draws are made</Trans>
      </summary>
      {opened && (
        <Suspense fallback={<Waiting />}>
          <Seed {...draws} />
        </Suspense>
      )}
    </details>
  )
}
