import { Link } from 'wouter'
import { buttonClass } from '../ui/button'
import { Page, useTitle } from '../ui/page'

/** There is nothing at this address. */
export function Lost() {
  useTitle('Not found')
  return (
    <Page>
      <h1 className="text-4xl font-bold">There is nothing here</h1>
      <p className="mt-3 mb-6 text-lg text-muted">The address may be mistyped, or what was here is over.</p>
      <Link href="/" className={buttonClass('primary')}>
        Back to the start
      </Link>
    </Page>
  )
}
