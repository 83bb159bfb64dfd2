import { Trans } from '@lingui/react/macro'

/** What it takes to check the draws. */
export default function Seed({ commitment, seed }: { commitment: string; seed?: string | undefined }) {
  return (
    <>
      <p className="text-sm text-muted">
        <Trans>
          A random seed was fixed when voting opened, and its SHA-256 shown to everybody. Ties are drawn with
          it, so nobody can choose the outcome once ballots are in. After the close the seed is shown too, and
          all can check that it is the one.
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
    </>
  )
}
