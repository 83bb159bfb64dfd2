import { plural, t } from '@lingui/core/macro'
import type { Snapshot } from 'valtio'
import type { Tie } from '../../contract.gen'
import { Section } from '../../ui/page'
import { namesList, number } from '../../ui/words'
import type { Outcome } from '../outcome'

/** The ties that the count met; most meet none. */
export default function Ties({ outcome }: { outcome: Outcome }) {
  return (
    <Section title={t`Ties on the way`}>
      <ul className="grid gap-2 text-muted">
        {outcome.results.official.ties.map(tie => (
          <li key={tie.stage}>{tieStory(tie, outcome.name)}</li>
        ))}
      </ul>
    </Section>
  )
}

/** Where in the count a tie was met, by the server's name for it. */
function stageName(stage: string): string {
  const [, round, what] = /^round (\d+) (\w+)$/.exec(stage) ?? []
  const at = number(Number(round))
  switch (what) {
    case 'win':
      return t`Round ${at}, win`
    case 'exclusion':
      return t`Round ${at}, who goes out`
    case 'surplus':
      return t`Round ${at}, whose surplus moves first`
    default:
      return t`The win`
  }
}

/** A tie that the count met, and how it was broken. Of more than `most` options it says how many they were. */
export function tieStory(
  { stage, tied, rule, chosen }: Snapshot<Tie>,
  name: Outcome['name'],
  most = Number.POSITIVE_INFINITY,
): string {
  const where = stageName(stage)
  const names = (options: readonly string[]) =>
    options.length > most
      ? plural(options.length, { one: '# option', other: '# options' })
      : namesList(options.map(name))
  const equals = names(tied)
  const whom = names(chosen)
  switch (rule) {
    case 'earlier_round':
      return t`${where}: ${equals} were equal; an earlier round decided for ${whom}.`
    case 'first_places':
      return t`${where}: ${equals} were equal; first places decided for ${whom}.`
    case 'draw':
      return t`${where}: ${equals} were equal; the draw fell on ${whom}.`
    case 'declared':
      return t`${where}: ${equals} were equal; it stays a tie.`
  }
}
