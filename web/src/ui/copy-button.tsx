import { t } from '@lingui/core/macro'
import { type ReactNode, useEffect, useState } from 'react'
import { announce } from './announcer'
import { Button, type Look } from './button'
import { Check, Copy } from './icons'

/** Copies a text and says that it did. */
export function CopyButton({
  text,
  children,
  look = 'plain',
  className,
  onCopied,
}: {
  text: string
  children: ReactNode
  look?: Look
  className?: string
  onCopied?: () => void
}) {
  const [copied, setCopied] = useState(false)
  useEffect(() => {
    if (!copied) return
    const timer = setTimeout(() => setCopied(false), 2_000)
    return () => clearTimeout(timer)
  }, [copied])
  return (
    <Button
      look={look}
      {...(className && { className })}
      onClick={async event => {
        const ok = await copy(text, event.currentTarget)
        setCopied(ok)
        if (ok) onCopied?.()
        announce(ok ? t`Copied` : t`Copying is not possible here`)
      }}
    >
      {copied ? <Check /> : <Copy />}
      {children}
    </Button>
  )
}

/** The clipboard of today needs HTTPS; a server on the local network has to use yesterday's. */
async function copy(text: string, near: HTMLElement): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    const area = document.createElement('textarea')
    area.value = text
    area.className = 'sr-only'
    near.after(area) // within an open dialog, the rest of the page cannot be selected
    area.select()
    const ok = document.execCommand('copy')
    area.remove()
    near.focus()
    return ok
  }
}
