import { t } from '@lingui/core/macro'
import type { Answer, CommandError } from '../contract.gen'
import { isolate } from '../ui/words'
import type { CommandName } from './command'
import { notify } from './notices'
import { store } from './store'

type Sent = Record<string, unknown>

/** Tells the person how a command ended when nothing on the page waits for its answer any more. */
export function report(event: CommandName, payload: Sent, answer: Answer) {
  if (answer.error) notify('bad', refusalOf(event, payload, answer.error))
  else {
    const done = successOf(event, payload)
    if (done) notify('good', done)
  }
}

/** Why a command was refused, in the person's language. */
export function refusalOf(
  event: CommandName,
  payload: Sent,
  { code, existing, message }: CommandError,
): string {
  const text = isolate(String(payload.text ?? ''))
  switch (code) {
    case 'wrong_phase':
      if (event === 'submit_rankings')
        return t`Voting had closed before your ballot arrived. It is not counted.`
      if (event === 'nominate') return t`Voting had started before ${text} arrived. It was not nominated.`
      return t`The poll has moved on, so this is no longer possible.`
    case 'duplicate': {
      if (event === 'submit_rankings') return t`Your ballot is in already, and cannot be changed.`
      const there = isolate(store.poll?.nominations[existing ?? '']?.text ?? String(payload.text ?? ''))
      return t`${there} is on the list already.`
    }
    case 'limit':
      return event === 'nominate'
        ? t`There is no place for ${text}: as many options stand as there may be.`
        : t`There is no place for more.`
    case 'rate_limited':
      return t`That was too much at once. Wait a moment, then try again.`
    case 'unauthorized':
      return t`Only the host may do that.`
    case 'not_found':
      return t`It is no longer there.`
    default:
      return message
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
