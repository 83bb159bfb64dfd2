import { t } from '@lingui/core/macro'
import type { Answer, CommandError } from '../contract.gen'
import { isolate } from '../ui/words'
import type { CommandName } from './command'
import { notify } from './notices'
import { inWords } from './refusal'
import { isOver, store } from './store'

type Sent = Record<string, unknown>

/** Tells the person how a command ended when nothing on the page waits for its answer any more. */
export async function report(event: CommandName, payload: Sent, answer: Answer) {
  if (answer.error) notify('bad', await refusalOf(event, payload, answer.error))
  else {
    const done = successOf(event, payload)
    if (done) notify('good', done)
  }
}

const tooLate: readonly string[] = ['voting_ended', 'too_late_to_vote']

/** Why a command was refused, and what that means for what was sent, in the person's language. */
export async function refusalOf(event: CommandName, payload: Sent, error: CommandError): Promise<string> {
  if (error.code === 'ended') return unconfirmed(event, payload, error.reason)
  if (event === 'submit_rankings' && tooLate.includes(error.reason))
    return t`Voting had closed before your ballot arrived. It is not counted.`
  const there = store.poll?.nominations[error.existing ?? '']
  if (there) return t`${isolate(there.text)} is on the list already.`
  const why = await inWords(error)
  if (event !== 'nominate' || error.code === 'bad_request') return why
  return t`${why} ${isolate(String(payload.text))} was not nominated.`
}

/** What is so of a command that was under way when the poll was over for the person. */
function unconfirmed(event: CommandName, payload: Sent, reason: string): string {
  switch (event) {
    case 'submit_rankings':
      return isOver(reason)
        ? t`The poll ended before your ballot was confirmed.`
        : t`Your part in the poll ended before your ballot was confirmed.`
    case 'nominate':
      return t`The nomination ${isolate(String(payload.text))} was not confirmed in time.`
    default:
      return t`Your last change was not confirmed in time.`
  }
}

function successOf(event: CommandName, payload: Sent): string | undefined {
  switch (event) {
    case 'submit_rankings':
      return t`Your ballot is recorded.`
    case 'nominate':
      return t`${isolate(String(payload.text))} is nominated.`
    default:
      return undefined // the page itself shows what came of it
  }
}
