import type { Reason } from '../contract.gen'
import { withHostsRefusals, withRefusals } from '../i18n/parts'

/** A refusal as the server sends it: the reason, and a sentence in English. */
type Refusal = Reason & { message: string }

/** Why something was refused, or failed: a sentence for a person, and the field that it is about. */
export interface Why {
  message: string
  field?: string | undefined
}

/** What is wrong with a field. */
export const at = (why: readonly Why[], field: string) => why.find(why => why.field === field)?.message

/** What is wrong beside what fields say of themselves; the name of a list stands for all that is in it. */
export const beside = (why: readonly Why[], ...fields: readonly string[]) =>
  why
    .filter(({ field = '' }) => !fields.some(name => field === name || field.startsWith(`${name}[`)))
    .map(({ message }) => message)

/** The field that a refusal is about, if it is one that the server need not name. */
const fields: Readonly<Record<string, string>> = {
  closes_at_range: 'closesAt',
  nominated_already: 'text',
  waits_already: 'text',
}

/** The field that a refusal is about, as requests call it; undefined if it is about none. */
export const fieldOf = ({ reason, params }: Reason): string | undefined =>
  typeof params?.field === 'string'
    ? params.field
    : Object.hasOwn(fields, reason)
      ? fields[reason]
      : undefined

const patience = 3_000 // for the sentences to be fetched; the person is waiting for the answer

/** The sentences for refusals, those that most people need first. */
const parts = [
  withRefusals(() => import('../refusals/sentences')),
  withHostsRefusals(() => import('../refusals/hosts/of-hosts')),
]

/** Why the server refused something, in the person's language; in the server's where that cannot be had. */
export async function inWords({ reason, params = {}, message }: Refusal): Promise<string> {
  const late = new Promise<null>(resolve => setTimeout(resolve, patience, null))
  for (const load of parts) {
    const part = await Promise.race([load().catch(() => null), late])
    if (part && Object.hasOwn(part.sentences, reason)) return part.sentences[reason]?.(params) ?? message
  }
  return message
}
