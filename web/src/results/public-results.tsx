import { t } from '@lingui/core/macro'
import { phaseName } from '../poll/phases'
import { PollFrame } from '../poll/poll-frame'
import { PollHeader } from '../poll/poll-header'
import { Page, useTitle } from '../ui/page'
import { NoOutcome } from './no-outcome'
import { ResultsView } from './results-view'
import { usePublicOutcome } from './use-public-outcome'

/** The result of a closed poll, for anybody who has its code. */
export default function PublicResults({ pollID }: { pollID: string }) {
  const { outcome, problem, again } = usePublicOutcome(pollID)
  useTitle(outcome ? t`Result: ${outcome.topic}` : '')
  if (!outcome) {
    return (
      <Page>
        <NoOutcome problem={problem} again={again} size="text-4xl" />
      </Page>
    )
  }
  return (
    <PollFrame pollID={pollID}>
      <PollHeader phase={phaseName({ phase: 'closed' })} topic={outcome.topic} />
      <ResultsView outcome={outcome} />
    </PollFrame>
  )
}
