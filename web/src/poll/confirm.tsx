import { t } from '@lingui/core/macro'
import { type ButtonHTMLAttributes, type ReactNode, useState } from 'react'
import type { CommandName, Payload } from '../session/command'
import { useCommand } from '../session/use-command'
import { Button, type Look } from '../ui/button'
import { Dialog } from '../ui/dialog'
import { ProblemNote } from '../ui/problem'

/** A button for what cannot be undone: it asks first. */
export function ConfirmButton<E extends CommandName>({
  label,
  look,
  title,
  children,
  confirm,
  event,
  payload,
  ...button
}: ButtonHTMLAttributes<HTMLButtonElement> & {
  label: ReactNode
  look: Look
  title: string
  /** What will happen, in a sentence. */
  children: ReactNode
  confirm: string
  /** The command, and what it carries. */
  event: E
  payload: Payload<E>
}) {
  const [asking, setAsking] = useState(false)
  const { busy, problem, run, clear } = useCommand()
  const ask = () => {
    clear()
    setAsking(true)
  }
  return (
    <>
      <Button {...button} look={look} onClick={button['aria-disabled'] ? undefined : ask}>
        {label}
      </Button>
      {asking && (
        <Dialog title={title} onClose={() => setAsking(false)}>
          <div className="text-muted">{children}</div>
          <ProblemNote messages={problem} className="mt-4" />
          <div className="mt-6 flex flex-wrap-reverse justify-end gap-3">
            <Button onClick={() => setAsking(false)}>{t`Go back`}</Button>
            <Button
              look={look === 'danger' ? 'alarm' : look}
              busy={busy}
              onClick={async () => (await run(event, payload)).ok && setAsking(false)}
            >
              {confirm}
            </Button>
          </div>
        </Dialog>
      )}
    </>
  )
}
