import { t } from '@lingui/core/macro'
import { Suspense, useState } from 'react'
import { withHost } from '../i18n/parts'
import { usePoll } from '../poll/use-poll'
import { setVibrates, vibrates } from '../session/memory'
import { ActionBar } from '../ui/action-bar'
import { Button } from '../ui/button'
import { Bell } from '../ui/icons'
import { part } from '../ui/part'

const OpenBar = part(withHost(() => import('../host/open-bar')))

/** For hosts, the way on; for the others, what they wait for. */
export function StartBar() {
  const { isHost } = usePoll()
  if (isHost) {
    return (
      <Suspense fallback={<ActionBar status={<p className="min-h-13" />} />}>
        <OpenBar />
      </Suspense>
    )
  }
  return (
    <ActionBar status={<p>{t`Voting starts when the host opens it.`}</p>}>
      <BuzzButton />
    </ActionBar>
  )
}

/** On devices that can: a buzz when voting opens, and when the result is here. */
function BuzzButton() {
  const [on, setOn] = useState(vibrates)
  if (!('vibrate' in navigator) || !matchMedia('(pointer: coarse)').matches) return null
  const toggle = () => {
    setVibrates(!on)
    setOn(!on)
    if (!on) navigator.vibrate(120)
  }
  return (
    <Button
      aria-pressed={on}
      onClick={toggle}
      className="aria-pressed:border-green aria-pressed:bg-green-soft"
    >
      <Bell />
      {t`Buzz me then`}
    </Button>
  )
}
