import { t } from '@lingui/core/macro'
import { useState } from 'react'
import { usePoll } from '../poll/use-poll'
import { useCommand } from '../session/use-command'
import { Button } from '../ui/button'
import { Dialog } from '../ui/dialog'
import { ProblemNote } from '../ui/problem'
import { moment, span } from '../ui/words'
import { Choice } from './field'

const day = 86_400
const steps = [day, 7 * day, 30 * day]

/** For the admin: has the poll and its result stay longer, up to what the server allows. */
export default function KeepLonger() {
  const { poll, isAdmin } = usePoll()
  const [open, setOpen] = useState(false)
  if (!isAdmin || !poll.extendableUntil) return null
  return (
    <>
      <Button look="quiet" onClick={() => setOpen(true)}>
        {t`Keep it longer`}
      </Button>
      {open && <ExtendDialog most={poll.extendableUntil} onClose={() => setOpen(false)} />}
    </>
  )
}

function ExtendDialog({ most, onClose }: { most: string; onClose: () => void }) {
  const { poll } = usePoll()
  const { busy, problem, run } = useCommand()
  const end = Date.parse(poll.expiresAt)
  const latest = Date.parse(most)
  const choices = [
    ...steps
      .map(seconds => ({ value: end + seconds * 1_000, words: t`${span(seconds)} more` }))
      .filter(({ value }) => value < latest),
    { value: latest, words: t`As long as can be: until ${moment(most)}` },
  ]
  const [until, setUntil] = useState(choices[0]?.value ?? latest)
  const extend = async () => {
    if ((await run('extend', { expiresAt: new Date(until).toISOString() })).ok) onClose()
  }
  return (
    <Dialog title={t`Keep it longer`} onClose={onClose}>
      <p className="mb-4 text-muted">
        {t`Until then people can come back to the poll and its result, with the links that they have.`}
      </p>
      <Choice label={t`Kept for`} value={until} choices={choices} onChange={setUntil} />
      <ProblemNote messages={problem} className="mt-4" />
      <div className="mt-6 flex flex-wrap justify-end gap-3">
        <Button onClick={onClose}>{t`Go back`}</Button>
        <Button look="primary" busy={busy} onClick={extend}>
          {t`Keep it`}
        </Button>
      </div>
    </Dialog>
  )
}
