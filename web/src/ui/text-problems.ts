import { t } from '@lingui/core/macro'
import { type RefObject, useEffect } from 'react'
import type { Why } from '../session/refusal'
import { characters, limits } from './characters'
import { lostFocus } from './kept-focus'
import { number } from './words'

/** What is wrong with a text beside the length, of which its field says itself. */
function problem(text: string, limit: number, missing: string): string | undefined {
  const length = characters(text)
  if (length === 0) return missing
  return length > limit ? t`Make it shorter: ${number(limit)} characters fit.` : undefined
}

export const topicProblem = (topic: string) => problem(topic, limits.topic, t`Say what the poll is about.`)

export const nameProblem = (name: string) => problem(name, limits.name, t`Say what the others call you.`)

/**
 * Takes the focus to the first field of a form that has something wrong, once it says so; also where it is folded. A
 * focus that has gone elsewhere meanwhile stays there.
 */
export function focusInvalid(form: HTMLElement | null) {
  requestAnimationFrame(() => {
    const field = form?.querySelector<HTMLElement>('[aria-invalid=true]')
    const around = form?.closest('dialog') ?? form
    if (!field || !(lostFocus() || around?.contains(document.activeElement))) return
    for (let fold = field.closest('details'); fold; fold = fold.parentElement?.closest('details') ?? null)
      fold.open = true
    field.focus()
  })
}

/** Takes the focus to the field of a form that the server refuses. */
export function useRefusedField(form: RefObject<HTMLElement | null>, why: readonly Why[]) {
  useEffect(() => {
    if (why.length > 0) focusInvalid(form.current)
  }, [form, why])
}
