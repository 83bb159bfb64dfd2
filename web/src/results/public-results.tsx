import { t } from '@lingui/core/macro'
import { phaseName } from '../poll/phases'
import { PollFrame } from '../poll/poll-frame'
import { PollHeader } from '../poll/poll-header'
import { Page, useTitle, Waiting } from '../ui/page'
import { ProblemNote } from '../ui/problem'
import { ResultsView } from './results-view'
import { usePublicOutcome } from './use-public-outcome'

/** The result of a closed poll, for anybody who has its code. */
export default function PublicResults({ pollID }: { pollID: string }) {
  const { outcome, problem } = usePublicOutcome(pollID)
  useTitle(outcome ? t`Result: ${outcome.topic}` : '')
  if (!outcome) {
    return (
      <Page>
        {problem.length > 0 ? <ProblemNote messages={problem} /> : <Waiting label={t`Fetching the result`} />}
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
