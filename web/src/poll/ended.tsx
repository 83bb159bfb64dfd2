import { i18n, type MessageDescriptor } from '@lingui/core'
import { msg } from '@lingui/core/macro'
import { Trans } from '@lingui/react/macro'
import { Link } from 'wouter'
import type { Ended as Reason } from '../session/store'
import { Button, buttonClass } from '../ui/button'
import { Hemicycle } from '../ui/hemicycle'
import { Page, useTitle } from '../ui/page'

/** People who came too late to vote are led to the result instead. */
type WithoutResult = Exclude<Reason, 'closed'>

const words: Record<WithoutResult, { title: MessageDescriptor; sentence: MessageDescriptor }> = {
  cancelled: {
    title: msg`This poll was cancelled`,
    sentence: msg`The host ended it, so there is no result.`,
  },
  expired: {
    title: msg`This poll has expired`,
    sentence: msg`Polls are kept for a limited time; this one is over.`,
  },
  removed: { title: msg`You were removed`, sentence: msg`The host removed you from this poll.` },
  left: { title: msg`You have left`, sentence: msg`You no longer take part in this poll.` },
  forbidden: {
    title: msg`You are not in this poll`,
    sentence: msg`You were removed, or your place has expired.`,
  },
  rejected: { title: msg`You were not let in`, sentence: msg`The host did not let you into this poll.` },
  gone: { title: msg`This poll is over`, sentence: msg`It was cancelled, or it has expired.` },
}

/** Where a poll ends for somebody without a result, with a way on. */
export function Ended({
  reason,
  topic,
  onJoinAgain,
}: {
  reason: WithoutResult
  topic?: string | undefined
  onJoinAgain?: () => void
}) {
  const title = i18n._(words[reason].title)
  useTitle(title)
  const mayReturn = onJoinAgain && (reason === 'left' || reason === 'forbidden')
  return (
    <Page>
      <div role="alert">
        <Hemicycle seats={32} taken={0} className="mb-6 w-40" />
        <h1 className="text-4xl font-extrabold tracking-tight">{title}</h1>
        <p className="mt-3 text-lg text-muted">{i18n._(words[reason].sentence)}</p>
        {topic && (
          <p className="mt-4 border-s-4 border-line ps-3 font-semibold">
            <bdi className="own-lines block">{topic}</bdi>
          </p>
        )}
      </div>
      <div className="mt-8 flex flex-wrap gap-3">
        <Link href="/" className={buttonClass('primary')}>
          <Trans>Back to the start</Trans>
        </Link>
        {mayReturn && (
          <Button onClick={onJoinAgain}>
            <Trans>Join again</Trans>
          </Button>
        )}
      </div>
    </Page>
  )
}
