import { t } from '@lingui/core/macro'
import { number } from '../ui/words'

/** What a field of a request is called on the page. */
export function fieldName(field: string): string {
  const option = /^options\[(\d+)\]\.(\w+)$/.exec(field)
  if (option) {
    const [, index, part] = option
    const place = t`Option ${number(Number(index) + 1)}`
    return part === 'text' ? place : `${place}, ${nameOf(part ?? '')}`
  }
  return nameOf(field)
}

function nameOf(field: string): string {
  switch (field) {
    case 'topic':
      return t`Topic`
    case 'name':
      return t`Your name`
    case 'text':
      return t`Option`
    case 'note':
      return t`Note`
    case 'link':
      return t`Link`
    case 'closesAt':
      return t`Closing time`
    case 'lifetime':
      return t`Kept for`
    case 'seats':
      return t`Winners`
    case 'votesPerVoter':
      return t`Votes per person`
    case 'nominationsPerVoter':
      return t`Nominations per person`
    default:
      return field
  }
}
