import { t } from '@lingui/core/macro'
import { type ReactNode, useId, useLayoutEffect, useRef } from 'react'
import { ConnectionNote } from '../poll/connection-note'
import { IconButton } from './button'
import { Close } from './icons'
import { openDialogs } from './open-dialogs'

/** A modal dialog, which the browser's own element makes one: focus, Escape and the rest of the page are its business. */
export function Dialog({
  title,
  onClose,
  tall = false,
  children,
}: {
  title: string
  onClose: () => void
  /** It is as high as can be, whatever is in it: a list that changes must not move what is under a finger. */
  tall?: boolean
  children: ReactNode
}) {
  const ref = useRef<HTMLDialogElement>(null)
  const id = useId()
  // Closed before it is taken off the page, it gives the focus back to where it was.
  useLayoutEffect(() => {
    const dialog = ref.current
    dialog?.showModal()
    openDialogs.set(openDialogs.get() + 1)
    return () => {
      dialog?.close()
      openDialogs.set(openDialogs.get() - 1)
    }
  }, [])
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the key for this is Escape, which the browser handles
    <dialog
      ref={ref}
      aria-labelledby={id}
      // Escape: the event of the close comes later, and could take what was opened in between.
      onCancel={event => {
        event.preventDefault()
        onClose()
      }}
      onClose={event => event.currentTarget.open || onClose()}
      onClick={event => event.target === event.currentTarget && onClose()}
      className={`dialog m-auto max-w-md ${tall ? 'h-[min(46rem,calc(100dvh-1.5rem))]' : 'max-h-[min(46rem,calc(100dvh-1.5rem))]'} w-[calc(100vw-1.5rem)] overflow-x-hidden overflow-y-auto overscroll-contain rounded-3xl border border-line bg-card p-0 text-ink shadow-lift max-sm:mb-3`}
    >
      <div className="p-5 sm:p-6">
        <header className="mb-4 flex items-start justify-between gap-3">
          <h2 id={id} tabIndex={-1} className="min-w-0 outline-none pt-1.5 text-2xl leading-tight font-bold">
            {title}
          </h2>
          <IconButton label={t`Close dialog`} onClick={onClose} className="-mt-1 -me-2">
            <Close />
          </IconButton>
        </header>
        {children}
        <ConnectionNote className="mt-4" />
      </div>
    </dialog>
  )
}
