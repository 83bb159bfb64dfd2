import type { ButtonHTMLAttributes, ReactNode } from 'react'

const looks = {
  primary: 'bg-green text-on-green hover:bg-green-strong shadow-card',
  plain: 'border border-edge bg-card text-ink hover:bg-sunk',
  quiet: 'text-green hover:bg-green-soft',
  danger: 'text-red hover:bg-red-soft',
  alarm: 'bg-red text-on-red hover:brightness-110',
}

export type Look = keyof typeof looks

/** The classes of a button, for links that look like one. */
export const buttonClass = (look: Look = 'plain', className = '') =>
  `inline-flex min-h-11 items-center justify-center gap-2 rounded-xl px-4 py-2 text-center font-semibold leading-tight no-underline select-none transition-colors disabled:cursor-not-allowed disabled:bg-sunk disabled:text-muted disabled:shadow-none aria-disabled:cursor-not-allowed aria-disabled:bg-sunk aria-disabled:text-muted aria-disabled:shadow-none ${looks[look]} ${className}`

type Props = ButtonHTMLAttributes<HTMLButtonElement> & {
  look?: Look
  /** It is at work: it stays focusable, says so, and does nothing. */
  busy?: boolean
}

export function Button({ look = 'plain', busy = false, className = '', children, onClick, ...rest }: Props) {
  return (
    <button
      type="button"
      {...rest}
      aria-busy={busy || undefined}
      onClick={busy ? event => event.preventDefault() : onClick}
      className={buttonClass(look, className)}
    >
      {busy ? <span className="pulse">{children}</span> : children}
    </button>
  )
}

/** A button that is only an icon. Its label is its name. */
export function IconButton({
  label,
  className = '',
  children,
  ...rest
}: ButtonHTMLAttributes<HTMLButtonElement> & { label: string; children: ReactNode }) {
  return (
    <button
      type="button"
      {...rest}
      aria-label={label}
      title={label}
      className={`grid size-11 shrink-0 place-items-center rounded-xl text-muted transition-colors hover:bg-sunk hover:text-ink disabled:cursor-not-allowed disabled:opacity-35 disabled:hover:bg-transparent ${className}`}
    >
      {children}
    </button>
  )
}
