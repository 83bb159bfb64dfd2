import { t } from '@lingui/core/macro'
import { ConfirmButton } from '../poll/confirm'
import { usePoll } from '../poll/use-poll'

/** What a host may still do once voting has closed. */
export default function Afterwards() {
  const { poll, isHost } = usePoll()
  if (!isHost) return null
  const unseen = poll.reveal && !poll.reveal.revealed && poll.reveal.step === 0
  return (
    <div className="flex flex-wrap justify-center gap-2 empty:hidden">
      {unseen && (
        <ConfirmButton
          look="plain"
          label={t`Open voting again`}
          title={t`Open the vote again?`}
          confirm={t`Open it again`}
          event="reopen_vote"
          payload={{}}
        >
          {t`Nobody has seen the result. Ballots stay as they are; people can cast and change theirs until you close again.`}
        </ConfirmButton>
      )}
    </div>
  )
}
