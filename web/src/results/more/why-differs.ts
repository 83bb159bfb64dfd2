import { t } from '@lingui/core/macro'
import type { Snapshot } from 'valtio'
import type { Outcome as Counted, Method } from '../../contract.gen'
import { isolate, list, number } from '../../ui/words'
import type { Outcome } from '../outcome'
import { tieStory } from './ties'

/** What a method looks at, with its figures. */
const looksAt: Record<Method, (figures: string) => string> = {
  plurality: figures => t`Only first places count: ${figures}.`,
  approval: figures => t`Every place on a ballot counts the same: ${figures}.`,
  score: figures => t`Points, much fewer for each further place: ${figures}.`,
  borda: figures => t`Points for each option further down a ballot: ${figures}.`,
  dowdall: figures => t`Points, one for a first place, half for a second, and so on: ${figures}.`,
  irv: figures => t`The last go out, round by round; votes in their own last round: ${figures}.`,
  stv: figures => t`Above the quota votes move on, and the last go out; votes at the end: ${figures}.`,
  copeland: figures => t`Duels won, where a draw is half of one: ${figures}.`,
  minimax: figures => t`The worst defeat, where the smallest wins: ${figures}.`,
  schulze: figures => t`The strongest chains of duels; options below: ${figures}.`,
  ranked_pairs: figures => t`Duels settled from the clearest to the closest; options below: ${figures}.`,
}

/**
 * Why a method says something else than the poll's own: its figures for those it elects, and for those whom it
 * does not.
 */
export function whyDiffers(
  { method, winners, order, ties }: Snapshot<Counted>,
  official: readonly string[],
  name: Outcome['name'],
): string {
  const lost = official.filter(option => !winners.includes(option))
  const figure = (option: string) => order.find(standing => standing.option === option)?.figure ?? 0
  const figures = list(
    [...winners, ...lost].map(option => `${isolate(name(option))} ${number(figure(option))}`),
  )
  const tie = ties.findLast(
    ({ tied, chosen }) =>
      lost.some(option => tied.includes(option)) && winners.some(option => chosen.includes(option)),
  )
  return [looksAt[method](figures), tie && tieStory(tie, name)].filter(Boolean).join(' ')
}
