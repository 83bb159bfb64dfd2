import { t } from '@lingui/core/macro'
import { useEffect, useState } from 'react'
import { RequestError, redeemDevice } from '../session/api'
import { type Seat, takeSeat } from '../session/memory'
import { abandon } from '../session/outbox'
import { randomID } from '../session/random-id'
import { Button } from '../ui/button'
import { Page, useTitle, Waiting } from '../ui/page'
import { ProblemNote } from '../ui/problem'
import { hideDeviceCode } from './device-code'
import { draftInAddress, takeDraft } from './draft-along'

/** Takes the seat of somebody who goes on with this device, by a code that works once. */
export default function Takeover({
  code,
  seat,
  onDone,
}: {
  code: string
  /** The seat that this device has in the poll already. */
  seat: Seat | null
  onDone: () => void
}) {
  useTitle(t`Continue here`)
  const [agreed, setAgreed] = useState(seat === null)
  const [problem, setProblem] = useState<RequestError>()
  const [tries, setTries] = useState(0)
  const [draft] = useState(draftInAddress)
  useEffect(hideDeviceCode, [])
  useEffect(() => {
    if (!agreed) return
    exchange(code, tries > 0).then(
      ({ pollID, accessToken }) => {
        abandon(pollID, 'left') // what was sent from the old place is not this person's
        takeSeat(pollID, { token: accessToken, topic: '' })
        takeDraft(pollID, draft)
        onDone()
      },
      (error: unknown) => {
        if (!(error instanceof RequestError)) throw error
        setProblem(error)
      },
    )
  }, [agreed, code, draft, onDone, tries])
  const tryAgain = () => {
    setProblem(undefined)
    setTries(tries + 1)
  }
  if (agreed && !problem) {
    return (
      <Page>
        <Waiting alone label={t`Taking your seat`} />
      </Page>
    )
  }
  return (
    <Page>
      <h1 className="mb-4 text-4xl font-extrabold tracking-tight">{t`Continue here`}</h1>
      <ProblemNote messages={problem?.messages() ?? []} className="mb-6" />
      {!agreed && (
        <p className="mb-6 text-lg text-muted">
          {t`This device is in the poll already. If you go on as the person on the other device, its own place here is given up.`}
        </p>
      )}
      <div className="flex flex-wrap gap-3">
        {!agreed && (
          <Button look="primary" onClick={() => setAgreed(true)}>
            {t`Continue as that person`}
          </Button>
        )}
        {problem?.status === 0 && <Button look="primary" onClick={tryAgain}>{t`Try again`}</Button>}
        <Button onClick={onDone}>{seat ? t`Stay as I am` : t`Go to the poll`}</Button>
      </div>
    </Page>
  )
}

// A page that is rendered twice, as in development, must not spend the code twice; one that
// was not answered spends it again, as the same request.
let spent: { code: string; commandID: string; joined: ReturnType<typeof redeemDevice> } | undefined

function exchange(code: string, again: boolean) {
  const commandID = spent?.code === code ? spent.commandID : randomID()
  if (spent?.code !== code || again) spent = { code, commandID, joined: redeemDevice(code, commandID) }
  return spent.joined
}
