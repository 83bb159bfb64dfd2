import { t } from '@lingui/core/macro'
import { useEffect, useState } from 'react'
import { PollFrame } from '../poll/poll-frame'
import { PollHeader } from '../poll/poll-header'
import { getResults, RequestError } from '../session/api'
import { Page, useTitle, Waiting } from '../ui/page'
import { ProblemNote } from '../ui/problem'
import { type Outcome, outcomeOfResults } from './outcome'
import { ResultsView } from './results-view'

/** The result of a closed poll, for anybody who has its code. */
export default function PublicResults({ pollID }: { pollID: string }) {
  const [outcome, setOutcome] = useState<Outcome>()
  const [problem, setProblem] = useState<readonly string[]>([])
  useTitle(outcome ? t`Result: ${outcome.topic}` : '')
  useEffect(() => {
    const stop = new AbortController()
    getResults(pollID, stop.signal)
      .then(whole => setOutcome(outcomeOfResults(whole)))
      .catch(error => {
        if (error instanceof RequestError && !stop.signal.aborted) setProblem(error.messages)
      })
    return () => stop.abort()
  }, [pollID])
  if (!outcome) {
    return (
      <Page>
        {problem.length > 0 ? <ProblemNote messages={problem} /> : <Waiting label={t`Fetching the result`} />}
      </Page>
    )
  }
  return (
    <PollFrame pollID={pollID}>
      <PollHeader phase="closed" topic={outcome.topic} />
      <ResultsView outcome={outcome} />
    </PollFrame>
  )
}
