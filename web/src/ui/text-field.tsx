import { plural } from '@lingui/core/macro'
import { Plural } from '@lingui/react/macro'
import { type InputHTMLAttributes, type ReactNode, useId } from 'react'
import { characters } from './characters'

export const inputClass =
  'w-full rounded-xl border border-edge bg-card px-3.5 py-2.5 text-base text-ink placeholder:text-muted aria-invalid:border-red aria-invalid:bg-red-soft'

export interface Labelled {
  label: string
  hint?: ReactNode
  error?: string | undefined
}

export function ids(id: string, { hint, error }: { hint?: ReactNode; error?: string | undefined }) {
  return [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(' ') || undefined
}

export function Notes({ id, hint, error }: { id: string; hint?: ReactNode; error?: string | undefined }) {
  return (
    <>
      {hint && (
        <span id={`${id}-hint`} className="mt-1.5 block text-sm text-muted">
          {hint}
        </span>
      )}
      {error && (
        <span id={`${id}-error`} role="alert" className="mt-1.5 block text-sm font-medium text-red">
          {error}
        </span>
      )}
    </>
  )
}

/** A labelled line of text. Near its limit it counts what is left. */
export function TextField({
  label,
  hint,
  error,
  limit,
  className = '',
  ...rest
}: InputHTMLAttributes<HTMLInputElement> & Labelled & { limit?: number }) {
  const id = useId()
  const left = limit === undefined ? undefined : limit - characters(String(rest.value ?? ''))
  const over = left !== undefined && left < 0
  const wrong = over
    ? plural(-left, { one: '# character too long.', other: '# characters too long.' })
    : error
  return (
    <div className="min-w-0">
      <label htmlFor={id} className="mb-1.5 block font-semibold">
        {label}
      </label>
      <input
        id={id}
        {...rest}
        className={`${inputClass} ${className}`}
        aria-invalid={wrong ? true : undefined}
        aria-describedby={ids(id, { hint, error: wrong })}
      />
      {limit !== undefined && left !== undefined && !over && left <= Math.ceil(limit / 5) && (
        <span className="float-end mt-1.5 ms-3 text-sm text-muted tabular-nums">
          <Plural value={left} one="# character left" other="# characters left" />
        </span>
      )}
      <Notes id={id} hint={hint} error={wrong} />
    </div>
  )
}
