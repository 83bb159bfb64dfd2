import { Trans } from '@lingui/react/macro'
import { type ButtonHTMLAttributes, type ReactNode, useState } from 'react'
import type { Answer } from '../contract.gen'
import { Button, type Look } from '../ui/button'
import { Dialog } from '../ui/dialog'
import { ProblemNote, useCommand } from '../ui/problem'

/** A button for what cannot be undone: it asks first. */
export function ConfirmButton({
  label,
  look,
  title,
  children,
  confirm,
  command,
  ...button
}: ButtonHTMLAttributes<HTMLButtonElement> & {
  label: ReactNode
  look: Look
  title: string
  /** What will happen, in a sentence. */
  children: ReactNode
  confirm: string
  command: () => Promise<Answer>
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
            <Button onClick={() => setAsking(false)}>
              <Trans>Go back</Trans>
            </Button>
            <Button
              look={look === 'danger' ? 'alarm' : look}
              busy={busy}
              onClick={async () => (await run(command)).ok && setAsking(false)}
            >
              {confirm}
            </Button>
          </div>
        </Dialog>
      )}
    </>
  )
}
