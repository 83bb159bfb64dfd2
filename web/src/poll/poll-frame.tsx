import { Trans } from '@lingui/react/macro'
import type { ReactNode } from 'react'
import { notify } from '../session/notices'
import { isLoopback, useSite } from '../session/site'
import { CopyButton } from '../ui/copy-button'
import { Page } from '../ui/page'
import { pollPath } from './code'
import { loopbackWarning } from './loopback-note'

/** The frame of a poll's pages: its code stays at hand for those who come late. */
export function PollFrame({ pollID, children }: { pollID: string; children: ReactNode }) {
  const site = useSite()
  return (
    <Page
      wide
      aside={
        <CopyButton
          text={`${site}${pollPath(pollID)}`}
          look="quiet"
          className="-me-3 px-3!"
          onCopied={() => isLoopback(site) && notify('bad', loopbackWarning())}
        >
          <span className="sr-only">
            <Trans>Copy link to poll</Trans>
          </span>
          <span className="tracking-widest">{pollID}</span>
        </CopyButton>
      }
    >
      {children}
    </Page>
  )
}
