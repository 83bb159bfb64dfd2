import { t } from '@lingui/core/macro'
import { Trans } from '@lingui/react/macro'
import { Link } from 'wouter'
import { buttonClass } from '../ui/button'
import { Page, useTitle } from '../ui/page'

/** There is nothing at this address. */
export function Lost() {
  useTitle(t`Not found`)
  return (
    <Page>
      <h1 className="text-4xl font-bold">
        <Trans>There is nothing here</Trans>
      </h1>
      <p className="mt-3 mb-6 text-lg text-muted">
        <Trans>The address may be mistyped, or what was here is over.</Trans>
      </p>
      <Link href="/" className={buttonClass('primary')}>
        <Trans>Back to the start</Trans>
      </Link>
    </Page>
  )
}
