import { t } from '@lingui/core/macro'
import { overdue } from '../session/overdue'
import { openDialogs } from './open-dialogs'
import { Pill } from './pill'

/** Says over a page that has no connection to a poll that an answer takes long. */
export function StillTrying() {
  const late = overdue.use() > 0
  const covered = openDialogs.use() > 0
  return (
    <div
      role="status"
      className="pointer-events-none fixed inset-x-0 top-2 z-50 flex justify-center px-4 empty:hidden"
    >
      {late && !covered && <Pill>{t`Not confirmed yet, still trying`}</Pill>}
    </div>
  )
}
