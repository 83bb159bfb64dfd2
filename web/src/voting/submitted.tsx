import { t } from '@lingui/core/macro'
import { useEffect } from 'react'
import { Draws } from '../poll/draws'
import { usePoll } from '../poll/use-poll'
import { Button } from '../ui/button'
import { Lock } from '../ui/icons'
import { Section } from '../ui/page'
import { forgetDraft } from './kept-draft'
import { Ranking } from './ranking'
import { Receipt } from './receipt'

/** The ballot that was cast. */
export function Submitted({ onChange }: { onChange: () => void }) {
  const { poll, me } = usePoll()
  useEffect(() => forgetDraft(poll.id), [poll.id])
  return (
    <Section title={t`Your ballot is in`} takesFocus>
      <p className="mt-1.5 mb-4 flex items-start gap-2 text-muted">
        <Lock className="mt-0.5 size-4.5" />
        <span>
          {poll.settings.changeableVote
            ? t`Nobody else sees it. You can change it until voting closes.`
            : t`Nobody else sees it.`}
        </span>
      </p>
      {me.ballot.length > 0 ? (
        <Ranking ids={me.ballot} ranks={me.ranks} />
      ) : (
        <p className="rounded-2xl bg-sunk px-4 py-5 text-center text-muted">{t`You handed in a blank ballot.`}</p>
      )}
      {poll.settings.changeableVote && (
        <Button className="mt-4 w-full" onClick={onChange}>
          {t`Change ballot`}
        </Button>
      )}
      {me.receipt && <Receipt receipt={me.receipt} className="mt-6" />}
      {poll.seedCommitment && <Draws commitment={poll.seedCommitment} />}
    </Section>
  )
}
