import type { EditPoll, Method, Settings } from '../contract.gen'
import { isWithin } from './field'

/** The settings of a poll as a form has them. */
export interface SettingsForm {
  topic: string
  votesPerVoter: number
  seats: number
  method: Method // for one winner; several are counted by stv
  nominationsPerVoter: number
  allowPartial: boolean
  changeableVote: boolean
  showTurnout: boolean
  declareTies: boolean
  closesAt: string // as an input of type datetime-local has it: local time, or nothing
  reveal: boolean
  hostNominates: boolean
  approveNominations: boolean
  anonymous: boolean
  shuffle: boolean
  equalRanks: boolean // where the method has a place for equals
  admission: boolean // hosts let newcomers in
}

export const usualSettings: SettingsForm = {
  topic: '',
  votesPerVoter: 3,
  seats: 1,
  method: 'irv',
  nominationsPerVoter: 10,
  allowPartial: true,
  changeableVote: true,
  showTurnout: true,
  declareTies: false,
  closesAt: '',
  reveal: false,
  hostNominates: false,
  approveNominations: false,
  anonymous: false,
  shuffle: true,
  equalRanks: false,
  admission: false,
}

export const methodOf = ({ seats, method }: Pick<SettingsForm, 'seats' | 'method'>): Method =>
  seats > 1 ? 'stv' : method === 'stv' ? 'irv' : method

/** The methods that have a place for options of equal rank. */
export const takesEquals: ReadonlySet<Method> = new Set([
  'approval',
  'borda',
  'irv',
  'copeland',
  'minimax',
  'schulze',
  'ranked_pairs',
])

/** A form with the settings of a poll. */
export function formOf(settings: Settings): SettingsForm {
  const {
    closesAt,
    reveal,
    hostNominates,
    approveNominations,
    anonymous,
    shuffle,
    equalRanks,
    admission,
    ...rest
  } = settings
  return {
    ...rest,
    closesAt: localTime(closesAt),
    reveal: reveal ?? false,
    hostNominates: hostNominates ?? false,
    approveNominations: approveNominations ?? false,
    anonymous: anonymous ?? false,
    shuffle: shuffle ?? false,
    equalRanks: equalRanks ?? false,
    admission: admission === 'approve',
  }
}

/** What a form asks for, as the server wants it. */
export const settingsOf = ({ closesAt, admission, ...form }: SettingsForm) => ({
  ...form,
  admission: admission ? 'approve' : 'open',
  topic: form.topic.trim(),
  method: methodOf(form),
  equalRanks: form.equalRanks && takesEquals.has(methodOf(form)),
  closesAt: isTime(closesAt) ? new Date(closesAt).toISOString() : '',
})

/** The last moment of an input for a time. */
export const lastTime = '9999-12-31T23:59'

/** Whether an input has a moment that can be sent. Browsers also take years of five digits and more. */
const isTime = (local: string) =>
  /^\d{4}-/.test(local) && new Date(local).getTime() <= Date.parse('9999-12-31T23:59Z')

/** Whether a form has something else than a moment as its closing time. */
export const isWrongTime = ({ closesAt }: Pick<SettingsForm, 'closesAt'>) =>
  closesAt !== '' && !isTime(closesAt)

/** What the server takes as the numbers of a form. */
export const ranges = {
  votesPerVoter: { min: 1, max: 20 },
  seats: { min: 1, max: 20 },
  nominationsPerVoter: { min: 1, max: 100 },
}

/** Whether a field of a form says that something is wrong with it. */
export const isWrongForm = (form: SettingsForm) =>
  isWrongTime(form) ||
  !isWithin(form.votesPerVoter, ranges.votesPerVoter) ||
  !isWithin(form.seats, ranges.seats) ||
  !isWithin(form.nominationsPerVoter, ranges.nominationsPerVoter)

/** The fields of a form that can say what the server refuses of them. */
export const formFields = ['topic', 'votesPerVoter', 'seats', 'nominationsPerVoter', 'closesAt']

/** The settings that a form changes: what others have changed meanwhile stays. */
export function changesOf(before: SettingsForm, after: SettingsForm): EditPoll {
  const was: Record<string, unknown> = settingsOf(before)
  return Object.fromEntries(Object.entries(settingsOf(after)).filter(([name, value]) => value !== was[name]))
}

/** A moment as an input of type datetime-local has it. */
function localTime(at: string | undefined): string {
  if (!at) return ''
  const then = new Date(at)
  return new Date(then.getTime() - then.getTimezoneOffset() * 60_000).toISOString().slice(0, 16)
}
