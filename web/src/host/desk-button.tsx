import { plural, t } from '@lingui/core/macro'
import { useState } from 'react'
import { usePoll } from '../poll/use-poll'
import { Button } from '../ui/button'
import { Pencil } from '../ui/icons'
import { OptionDesk } from './option-desk'

/** For hosts: all that can be done about the options. */
export default function DeskButton() {
  const { poll } = usePoll()
  const [open, setOpen] = useState(false)
  const waiting = poll.waitingNominations ?? 0
  const nothing = Object.keys(poll.nominations).length === 0 && waiting === 0
  return (
    <>
      {!nothing && (
        <Button
          className="mt-4 w-full"
          look={waiting > 0 ? 'primary' : 'plain'}
          onClick={() => setOpen(true)}
        >
          <Pencil />
          {waiting > 0
            ? plural(waiting, { one: 'Approve # nomination', other: 'Approve # nominations' })
            : t`Edit options`}
        </Button>
      )}
      {open && <OptionDesk onClose={() => setOpen(false)} />}
    </>
  )
}
