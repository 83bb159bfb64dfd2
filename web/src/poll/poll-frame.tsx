import { Trans } from '@lingui/react/macro'
import type { ReactNode } from 'react'
import { useSite } from '../session/site'
import { CopyButton } from '../ui/copy-button'
import { Page } from '../ui/page'
import { pollPath } from './code'

/** The frame of a poll's pages: its code stays at hand for those who come late. */
export function PollFrame({ pollID, children }: { pollID: string; children: ReactNode }) {
  return (
    <Page
      wide
      aside={
        <CopyButton text={`${useSite()}${pollPath(pollID)}`} look="quiet" className="-me-3 px-3!">
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
