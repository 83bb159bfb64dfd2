import { t } from '@lingui/core/macro'
import { useState } from 'react'
import { Button } from './button'
import { ProblemNote } from './problem'

/** Why something did not come over the network, and the way to ask for it again. Nothing while there is no problem. */
export function Failed({
  messages,
  onRetry,
  className = '',
}: {
  messages: readonly string[]
  onRetry: () => void | Promise<void>
  className?: string
}) {
  const [busy, setBusy] = useState(false)
  const retry = async () => {
    setBusy(true)
    await onRetry()
    setBusy(false)
  }
  return (
    <div className={messages.length > 0 ? className : ''}>
      <ProblemNote messages={messages} />
      {messages.length > 0 && <Button className="mt-3" busy={busy} onClick={retry}>{t`Try again`}</Button>}
    </div>
  )
}
