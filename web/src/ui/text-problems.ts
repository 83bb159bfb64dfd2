import { t } from '@lingui/core/macro'
import { characters, limits } from './characters'

/** What is wrong with a text beside the length, of which its field says itself. */
function problem(text: string, limit: number, missing: string): string | undefined {
  const length = characters(text)
  if (length === 0) return missing
  return length > limit ? t`Make it shorter: ${limit} characters fit.` : undefined
}

export const topicProblem = (topic: string) => problem(topic, limits.topic, t`Say what the poll is about.`)

export const nameProblem = (name: string) => problem(name, limits.name, t`Say what the others call you.`)

/** Takes the focus to the first field of a form that has something wrong, once it says so. */
export function focusInvalid(form: HTMLFormElement) {
  requestAnimationFrame(() => form.querySelector<HTMLElement>('[aria-invalid=true]')?.focus())
}
