import { Trans } from '@lingui/react/macro'
/** How lots are drawn, and what it takes to check that; the seed is shown once the poll is closed. */
export function Lots({ commitment, seed }: { commitment: string; seed?: string }) {
  return (
    <details className="mt-4">
      <summary className="flex min-h-11 items-center font-semibold text-green">
        <Trans>How lots are drawn</Trans>
      </summary>
      <p className="text-sm text-muted">
        <Trans>
          A random seed was fixed when voting opened, and its SHA-256 shown to everybody. Ties are drawn with
          it, so nobody can choose a lot once ballots are in. After the close the seed is shown too, and all
          can check that it is the one.
        </Trans>
      </p>
      <dl className="mt-3 grid gap-2 text-sm">
        <dt className="font-semibold">
          <Trans>SHA-256 of the seed</Trans>
        </dt>
        <dd className="font-mono break-all text-muted">{commitment}</dd>
        {seed && (
          <>
            <dt className="font-semibold">
              <Trans>The seed</Trans>
            </dt>
            <dd className="font-mono break-all text-muted">{seed}</dd>
          </>
        )}
      </dl>
    </details>
  )
}
