import { t } from '@lingui/core/macro'
import { Trans } from '@lingui/react/macro'
import { useState } from 'react'
import type { Results } from '../../contract.gen'
import { getResults, RequestError } from '../../session/api'
import { Button } from '../../ui/button'
import { Section } from '../../ui/page'
import { ProblemNote } from '../../ui/problem'

/** The way to a result that was too long to be sent to everybody. */
export default function Abridged({ pollID, onWhole }: { pollID: string; onWhole: (whole: Results) => void }) {
  const [problem, setProblem] = useState<readonly string[]>([])
  const [waiting, setWaiting] = useState(false)
  const fetchAll = async () => {
    setWaiting(true)
    try {
      onWhole((await getResults(pollID)).results)
    } catch (error) {
      if (error instanceof RequestError) setProblem(error.messages())
      setWaiting(false)
    }
  }
  return (
    <Section title={t`The way to this result`} className="print:hidden">
      <p className="mt-1 mb-3 text-muted">
        <Trans>With so many options, the rounds and ties take a while to read.</Trans>
      </p>
      <Button busy={waiting} onClick={fetchAll}>
        <Trans>Show all of the count</Trans>
      </Button>
      <ProblemNote messages={problem} className="mt-3" />
    </Section>
  )
}
