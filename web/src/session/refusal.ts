import type { Reason } from '../contract.gen'
import { withRefusals } from '../i18n/parts'

/** A refusal as the server sends it: the reason, and a sentence in English. */
type Refusal = Reason & { message: string }

const patience = 3_000 // for the sentences to be fetched; the person is waiting for the answer

const load = withRefusals(() => import('../refusals/sentences'))

/** Why the server refused something, in the person's language; in the server's where that cannot be had. */
export async function inWords(refusal: Refusal): Promise<string> {
  const late = new Promise<null>(resolve => setTimeout(resolve, patience, null))
  const words = await Promise.race([load().catch(() => null), late])
  return words?.sentenceOf(refusal) ?? refusal.message
}
