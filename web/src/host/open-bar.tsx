import { plural, t } from '@lingui/core/macro'
import { useState } from 'react'
import { ConfirmButton } from '../poll/confirm'
import { usePoll } from '../poll/use-poll'
import { ActionBar } from '../ui/action-bar'
import { TimeChoice } from './time-choice'

/** The way on from the lobby, or what is missing for it. */
export default function OpenBar() {
  const { poll } = usePoll()
  const [seconds, setSeconds] = useState(0)
  const { allowPartial, votesPerVoter } = poll.settings
  const options = Object.keys(poll.nominations).length
  const missing = (allowPartial ? 2 : votesPerVoter) - options
  const lapsing = poll.waitingNominations ?? 0
  return (
    <ActionBar
      status={
        <p id="start-reason">
          {missing > 0
            ? plural(missing, {
                one: '# more nomination needed to start.',
                other: '# more nominations needed to start.',
              })
            : plural(options, { one: '# option to vote on.', other: '# options to vote on.' })}
        </p>
      }
    >
      <ConfirmButton
        look="primary"
        label={t`Start voting`}
        className="min-h-13 px-6 text-lg"
        aria-disabled={missing > 0}
        aria-describedby="start-reason"
        title={t`Open the vote?`}
        confirm={t`Open the vote`}
        event="start_vote"
        payload={seconds > 0 ? { seconds } : {}}
      >
        <p>{t`The nominations are final from then on. People can still join, and vote.`}</p>
        {lapsing > 0 && (
          <p className="mt-2 font-semibold text-red">
            {plural(lapsing, {
              one: '# nomination waits for your approval, and lapses.',
              other: '# nominations wait for your approval, and lapse.',
            })}
          </p>
        )}
        <p className="mt-5 mb-2 font-semibold text-ink">{t`Time to vote`}</p>
        <TimeChoice seconds={seconds} none={t`No limit`} onChange={setSeconds} />
      </ConfirmButton>
    </ActionBar>
  )
}
