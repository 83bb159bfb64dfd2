import { t } from '@lingui/core/macro'
import type { Poll } from '../../poll/use-poll'
import { Hemicycle } from '../../ui/hemicycle'
import { number } from '../../ui/words'

/** A phone that waits with the room for the result. It tells nothing that the room does not know. */
export default function WaitingRoom({ poll }: { poll: Poll }) {
  const step = poll.reveal?.step ?? 0
  return (
    <section
      className="grid justify-items-center gap-4 rounded-3xl bg-sunk px-6 py-10 text-center"
      role="status"
    >
      <Hemicycle seats={40} taken={40} className="pulse w-48" />
      <h2 className="text-2xl font-bold">
        {step === 0 ? t`The ballots are counted` : t`Look at the big screen`}
      </h2>
      <p className="max-w-md text-muted">
        {step === 0
          ? t`The host reveals the result. It comes to this page in the same moment.`
          : t`Step ${number(step)} of the count is shown there. The result comes to this page in the same moment.`}
      </p>
    </section>
  )
}
