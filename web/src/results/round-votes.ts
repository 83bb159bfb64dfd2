import type { Snapshot } from 'valtio'
import type { Round } from '../contract.gen'

export type RoundList = readonly Snapshot<Round>[]

export const votesOf = (round: Snapshot<Round>, option: string) =>
  round.tallies.find(tally => tally.option === option)?.votes
export const exhaustedIn = (round: Snapshot<Round>) =>
  round.exhausted.reduce((sum, { votes }) => sum + votes, 0)
