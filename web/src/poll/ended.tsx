import { Link } from 'wouter'
import type { Ended as Reason } from '../session/store'
import { Button, buttonClass } from '../ui/button'
import { Hemicycle } from '../ui/hemicycle'
import { Page, useTitle } from '../ui/page'

const words: Record<Reason, { title: string; sentence: string }> = {
  cancelled: { title: 'This poll was cancelled', sentence: 'Its admin ended it, so there is no result.' },
  expired: {
    title: 'This poll has expired',
    sentence: 'Polls are kept for a limited time; this one is over.',
  },
  removed: { title: 'You were removed', sentence: 'The admin removed you from this poll.' },
  left: { title: 'You have left', sentence: 'You no longer take part in this poll.' },
  forbidden: { title: 'You are not in this poll', sentence: 'You were removed, or your place has expired.' },
  gone: { title: 'This poll is over', sentence: 'It was cancelled, or it has expired.' },
}

/** Where a poll ends for somebody without a result, with a way on. */
export function Ended({
  reason,
  topic,
  onJoinAgain,
}: {
  reason: Reason
  topic?: string | undefined
  onJoinAgain?: () => void
}) {
  const { title, sentence } = words[reason]
  useTitle(title)
  const mayReturn = onJoinAgain && (reason === 'left' || reason === 'forbidden')
  return (
    <Page>
      <div role="alert">
        <Hemicycle seats={32} taken={0} className="mb-6 w-40" />
        <h1 className="text-4xl font-extrabold tracking-tight">{title}</h1>
        <p className="mt-3 text-lg text-muted">{sentence}</p>
        {topic && (
          <p className="mt-4 border-s-4 border-line ps-3 font-semibold">
            <bdi>{topic}</bdi>
          </p>
        )}
      </div>
      <div className="mt-8 flex flex-wrap gap-3">
        <Link href="/" className={buttonClass('primary')}>
          Back to the start
        </Link>
        {mayReturn && <Button onClick={onJoinAgain}>Join again</Button>}
      </div>
    </Page>
  )
}
