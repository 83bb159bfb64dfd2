import { t } from '@lingui/core/macro'
import type { RequestError } from '../session/api'
import { Failed } from '../ui/failed'
import { Waiting } from '../ui/page'

/** In the place of a result that is not here: that it is on its way, or why it does not come. */
export function NoOutcome({
  problem,
  again,
  size,
}: {
  problem: RequestError | undefined
  again: () => void
  /** The class of the heading's size. */
  size: string
}) {
  if (!problem) return <Waiting alone label={t`Fetching the result`} />
  return (
    <>
      <h1 className={`mb-4 font-extrabold tracking-tight ${size}`}>{t`No result to show`}</h1>
      <Failed messages={problem.messages()} onRetry={again} />
    </>
  )
}
