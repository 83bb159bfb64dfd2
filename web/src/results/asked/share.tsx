import { Trans } from '@lingui/react/macro'
import { pollPath } from '../../poll/code'
import { LoopbackNote } from '../../poll/loopback-note'
import { useSite } from '../../session/site'
import { Button } from '../../ui/button'
import { CopyButton } from '../../ui/copy-button'
import { Download } from '../../ui/icons'
import { list, moment } from '../../ui/words'
import { type Outcome, reason, verdict } from '../outcome'
import { savePicture } from './picture'

/** The result for others: as a link, in words, as a picture, or on another site. */
export default function Share({ outcome }: { outcome: Outcome }) {
  const site = useSite()
  const until = moment(outcome.expiresAt)
  const link = `${site}${pollPath(outcome.pollID)}`
  const winners = list(outcome.results.official.winners.map(outcome.name))
  const words = [outcome.topic, `${verdict(outcome)} ${winners}`.trim(), reason(outcome), link].join('\n')
  const frame = `<iframe src="${site}/embed/${outcome.pollID}" width="480" height="640" title="Caucus"></iframe>`
  return (
    <div className="grid grid-cols-2 gap-2">
      <CopyButton text={link}>
        <Trans>Copy link</Trans>
      </CopyButton>
      <CopyButton text={words}>
        <Trans>Copy as text</Trans>
      </CopyButton>
      <Button onClick={() => savePicture(outcome, link)}>
        <Download />
        <Trans>Picture</Trans>
      </Button>
      <Button onClick={() => window.print()}>
        <Trans>Print</Trans>
      </Button>
      <CopyButton text={frame} className="col-span-2">
        <Trans>Copy code to embed it</Trans>
      </CopyButton>
      <LoopbackNote className="col-span-2 text-sm" />
      <p className="col-span-2 mt-1 text-sm text-muted">
        <Trans>
          Anyone with the link can see the result until <time dateTime={outcome.expiresAt}>{until}</time>.
        </Trans>
      </p>
    </div>
  )
}
