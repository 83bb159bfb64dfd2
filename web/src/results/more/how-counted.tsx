import type { Results } from '../../contract.gen'
import { methodNames } from '../../poll/methods'
import type { Outcome } from '../outcome'
import { howCounted, whyWon } from './why'

/** The rules of the count, and why they led to this winner. */
export default function HowCounted({ outcome, whole }: { outcome: Outcome; whole?: Results | undefined }) {
  const { method } = outcome.results.official
  const why = whyWon(outcome, whole)
  return (
    <>
      <p className="font-semibold">{methodNames[method]}</p>
      <p className="mt-1 text-muted">{howCounted[method]}</p>
      {why && <p className="mt-3">{why}</p>}
    </>
  )
}
