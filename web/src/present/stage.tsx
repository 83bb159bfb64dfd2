import { t } from '@lingui/core/macro'
import type { ReactNode } from 'react'
import { useSite } from '../session/site'
import { Hemicycle } from '../ui/hemicycle'

/**
 * The frame of the big screen. Everything on it is measured in ems of a size that grows
 * with the screen, so that the last row reads it at 1280 × 720 as on 4K.
 */
export function Stage({
  pollID,
  eyebrow,
  topic,
  footer,
  children,
}: {
  pollID: string
  eyebrow: string
  topic: string
  /** What stands at the end of the last line. */
  footer?: ReactNode
  children: ReactNode
}) {
  return (
    <main
      id="main"
      className="flex min-h-dvh flex-col gap-[0.8em] px-[1.6em] py-[1em] text-[clamp(0.9rem,3.1vmin,5rem)] lg:h-dvh lg:overflow-hidden"
    >
      <header className="flex items-start justify-between gap-[1em]">
        <div className="min-w-0">
          <p className="flex items-center gap-[0.5em] font-semibold text-green">
            <span className="size-[0.5em] rounded-full bg-current" aria-hidden="true" />
            {eyebrow}
          </p>
          <h1 className="text-[1.7em] leading-[1.25] font-extrabold tracking-tight">
            <bdi className="-mt-[0.2em] line-clamp-2 pt-[0.2em]">{topic}</bdi>
          </h1>
        </div>
        <Hemicycle seats={9} taken={9} className="w-[3.2em] shrink-0" />
      </header>
      <div className="flex min-h-0 flex-1 flex-col">{children}</div>
      <footer className="flex flex-wrap items-center justify-between gap-x-[1em] text-[0.8em] text-muted">
        <Address pollID={pollID} />
        <div className="flex items-center gap-[0.6em]">
          {footer}
          <FullScreen />
        </div>
      </footer>
    </main>
  )
}

/** Where those who come late get in. */
function Address({ pollID }: { pollID: string }) {
  const host = useSite().replace(/^https?:\/\//, '')
  return (
    <p translate="no" className="min-w-0">
      <span dir="ltr">{host}</span> · <span className="font-bold tracking-[0.14em] text-ink">{pollID}</span>
    </p>
  )
}

function FullScreen() {
  if (!document.fullscreenEnabled) return null
  const toggle = () =>
    (document.fullscreenElement
      ? document.exitFullscreen()
      : document.documentElement.requestFullscreen()
    ).catch(() => {}) // a browser that will not is not a fault of the page
  return <StageButton onClick={toggle}>{t`Full screen`}</StageButton>
}

/** A button of the big screen, as large as its words. */
export function StageButton({
  onClick,
  pressed,
  children,
}: {
  onClick: () => void
  pressed?: boolean
  children: ReactNode
}) {
  return (
    <button
      type="button"
      onClick={onClick}
      aria-pressed={pressed}
      className="min-h-11 rounded-[0.6em] border border-line px-[0.8em] py-[0.2em] hover:bg-sunk hover:text-ink aria-pressed:bg-green aria-pressed:text-on-green"
    >
      {children}
    </button>
  )
}
