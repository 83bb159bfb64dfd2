import { t } from '@lingui/core/macro'
import { type ReactNode, useEffect, useId, useLayoutEffect } from 'react'
import { Link } from 'wouter'
import { base } from '../base'
import { LanguageChoice } from '../i18n/language-choice'
import { Hemicycle } from './hemicycle'
import { lostFocus } from './kept-focus'
import { Notices } from './notices'
import { number } from './words'

/** The frame of every page: who we are, and one main. */
export function Page({
  children,
  aside,
  wide = false,
  mainID = 'main',
}: {
  children: ReactNode
  aside?: ReactNode
  wide?: boolean
  /** Another one where a page is hidden behind this one. */
  mainID?: string
}) {
  const width = wide ? 'max-w-6xl' : 'max-w-xl'
  return (
    <>
      <a
        href={`${location.pathname}${location.search}#${mainID}`}
        className="sr-only rounded-xl bg-card px-4 py-3 font-semibold shadow-lift focus:not-sr-only focus:absolute focus:top-2 focus:start-2 focus:z-50"
      >
        {t`Skip to content`}
      </a>
      <header
        className={`mx-auto flex min-h-16 ${width} flex-wrap items-center justify-between gap-x-4 px-4 py-2 sm:px-6`}
      >
        <Link
          href="/"
          className="-mx-2 flex min-h-11 items-center gap-2.5 rounded-xl px-2 text-ink no-underline"
          translate="no"
        >
          <Hemicycle seats={9} taken={9} className="w-10" />
          <span className="text-xl font-bold tracking-tight">Caucus</span>
        </Link>
        {aside}
      </header>
      <Notices />
      <main id={mainID} className={`mx-auto ${width} px-4 pt-2 pb-10 sm:px-6 sm:pt-6`}>
        {children}
      </main>
      <footer
        className={`mx-auto ${width} flex items-center justify-center gap-2 px-4 pb-8 sm:px-6 print:hidden`}
      >
        <LanguageChoice />
        <a
          href={`${base}/docs`}
          translate="no"
          className="flex min-h-11 items-center rounded-xl px-3 text-sm text-muted no-underline hover:bg-sunk hover:text-ink"
        >
          API
        </a>
      </footer>
    </>
  )
}

/** What is on a page until there is something, or where a part of it will be. */
export function Waiting({
  label = t`Loading`,
  alone = false,
  className = 'min-h-96',
}: {
  label?: string
  /** There is nothing else on the page. */
  alone?: boolean
  /** How high it is: about as high as what will come. */
  className?: string
}) {
  const Label = alone ? 'h1' : 'p' // every page has a heading
  return (
    <div
      role="status"
      className={`grid place-content-center justify-items-center gap-4 text-muted ${className}`}
    >
      <Hemicycle seats={14} taken={9} className="pulse w-28" />
      <Label className="late">{label}…</Label>
    </div>
  )
}

/** A surface for one matter. */
export function Card({ children, className = '' }: { children: ReactNode; className?: string }) {
  return (
    <div className={`rounded-3xl border border-line bg-card p-5 shadow-card sm:p-6 ${className}`}>
      {children}
    </div>
  )
}

/** A part of a page with its heading, on a card of its own. */
export function Section({
  title,
  aside,
  className = '',
  takesFocus = false,
  children,
}: {
  title: string
  /** What stands beside the heading. */
  aside?: ReactNode
  className?: string
  /** Its heading takes the focus when it appears in place of what had it. */
  takesFocus?: boolean
  children: ReactNode
}) {
  const id = useId()
  useLayoutEffect(() => {
    if (takesFocus && lostFocus()) document.getElementById(id)?.focus({ preventScroll: true })
  }, [takesFocus, id])
  return (
    <section aria-labelledby={id} className={`min-w-0 ${className}`}>
      <Card>
        <header className="mb-3 flex min-h-11 flex-wrap items-center justify-between gap-3">
          <h2 id={id} tabIndex={-1} className="text-xl font-bold outline-none">
            {title}
          </h2>
          {aside}
        </header>
        {children}
      </Card>
    </section>
  )
}

/** Names the page in the browser's list of tabs. */
export function useTitle(title: string) {
  useEffect(() => {
    document.title = title ? `${title} · Caucus` : 'Caucus'
  }, [title])
}

/** How many there are, beside a heading. */
export function Tally({ n }: { n: number }) {
  return <span className="font-semibold text-muted tabular-nums">{number(n)}</span>
}
