import { plural, t } from '@lingui/core/macro'
import type { Snapshot } from 'valtio'
import type { Digest, Method, PollResults, Round, Tie } from '../contract.gen'
import { optionsOf, type Poll } from '../poll/use-poll'
import { isolate, list, number } from '../ui/words'

/** A closed poll, as its own people and the public both see it. */
export interface Outcome {
  pollID: string
  topic: string
  /** In short, unless all of it was asked for. */
  results: Snapshot<Digest>
  commitment: string
  seed: string
  name: (option: string) => string
}

const namer = (options: { id: string; text: string }[]) => {
  const names = new Map(options.map(({ id, text }) => [id, text]))
  return (option: string) => names.get(option) ?? '?'
}

/** The outcome of a poll; undefined while it has none. */
export const outcomeOf = (poll: Poll): Outcome | undefined =>
  poll.results && {
    pollID: poll.id,
    topic: poll.settings.topic,
    results: poll.results,
    commitment: poll.seedCommitment ?? '',
    seed: poll.seed ?? '',
    name: namer(optionsOf(poll)),
  }

/** The outcome as anybody may ask for it. */
export const outcomeOfResults = (whole: PollResults): Outcome => ({
  pollID: whole.id,
  topic: whole.topic,
  results: whole.results,
  commitment: whole.seedCommitment,
  seed: whole.seed,
  name: namer(whole.nominations),
})

/** What a method's figure is. */
export const figureNames: Record<Method, string> = {
  get score() {
    return t`Points`
  },
  get plurality() {
    return t`Votes`
  },
  get approval() {
    return t`Votes`
  },
  get borda() {
    return t`Points`
  },
  get dowdall() {
    return t`Points`
  },
  get irv() {
    return t`Votes`
  },
  get stv() {
    return t`Votes`
  },
  get copeland() {
    return t`Duels won`
  },
  get minimax() {
    return t`Worst defeat`
  },
  get schulze() {
    return t`Duels won`
  },
  get ranked_pairs() {
    return t`Duels won`
  },
}

/** Whether the win was left tied. */
const isTied = ({ results: { official } }: Outcome) => official.winners.length > official.seats

/** Whether the draw, and nothing that people voted, decided who wins. */
export function isDrawn({ results: { official } }: Outcome): boolean {
  if ('drawn' in official) return official.drawn === true
  return official.ties.some(
    ({ rule, tied }) => rule === 'draw' && tied.some(option => official.winners.includes(option)),
  )
}

/** What is said above the winners. */
export function verdict(outcome: Outcome): string {
  const { ballots, official } = outcome.results
  if (ballots === 0) return t`Nobody voted`
  if (official.winners.length === 0) return t`No winner`
  if (isTied(outcome)) return t`A tie between`
  if (isDrawn(outcome)) return t`Tied, decided by draw`
  return official.winners.length === 1 ? t`The winner is` : t`The winners are`
}

/** How the win came about, in a sentence. */
export function reason(outcome: Outcome): string {
  const { ballots, official } = outcome.results
  const cast = plural(ballots, { one: '# ballot cast.', other: '# ballots cast.' })
  if (ballots === 0) return t`There is nothing to count.`
  if (official.winners.length === 0) return `${cast} ${t`All of them are blank.`}`
  return [howWon(outcome), cast].filter(Boolean).join(' ')
}

function howWon({ results: { official } }: Outcome): string {
  const last = official.rounds?.at(-1)
  if (!last) return ''
  const winner = official.order[0]
  if (official.method !== 'irv' || !winner || official.winners.length !== 1)
    return plural(last.number, { one: 'Decided in # round.', other: 'Decided in # rounds.' })
  const votes = number(winner.figure)
  const final = official.ties.find(({ stage }) => stage === `round ${last.number} win`)
  const all = plural(last.active, { one: '# vote', other: '# votes' })
  switch (final?.rule) {
    case 'draw':
      return t`Equal in the last round, with ${votes} of ${all} each.`
    case 'first_places':
      return t`Equal in the last round, with ${votes} of ${all} each; more first places decided.`
    case 'earlier_round':
      return t`Equal in the last round, with ${votes} of ${all} each; an earlier round decided.`
    default:
      return last.number === 1
        ? t`${votes} of ${all} in the first round.`
        : plural(last.number, {
            one: `${votes} of ${all} after # round.`,
            other: `${votes} of ${all} after # rounds.`,
          })
  }
}

/** How an option ended: where rounds went by, its votes are those of its last one. */
export function ending({ results: { official } }: Outcome, option: string, figure: number): string {
  const votes = number(figure)
  const out = official.rounds?.find(({ excluded }) => excluded.includes(option))
  if (out) return t`out in round ${number(out.number)} with ${votes}`
  const elected = official.rounds?.find(round => round.elected.includes(option))
  return elected ? t`won in round ${number(elected.number)} with ${votes}` : votes
}

/** What happened in a round. */
export function roundStory(round: Snapshot<Round>, name: Outcome['name']): string {
  const own = (option: string) => isolate(name(option))
  const names = (options: readonly string[]) => list(options.map(own))
  const said: string[] = []
  if (round.elected.length > 0)
    said.push(
      plural(round.elected.length, {
        one: `${names(round.elected)} is elected.`,
        other: `${names(round.elected)} are elected.`,
      }),
    )
  if (round.surplus) said.push(t`What ${own(round.surplus)} has above the quota moves on.`)
  if (round.excluded.length > 0)
    said.push(
      plural(round.excluded.length, {
        one: `${names(round.excluded)} goes out.`,
        other: `${names(round.excluded)} go out.`,
      }),
    )
  const moved = new Map<string, number>()
  for (const { to, votes } of round.transfers) moved.set(to, (moved.get(to) ?? 0) + votes)
  const moves = [...moved]
    .filter(([, votes]) => votes > 0)
    .sort(([a, x], [b, y]) => Number(a === '') - Number(b === '') || y - x)
    .map(([to, votes]) => (to ? t`${number(votes)} to ${own(to)}` : t`${number(votes)} to nobody`))
  if (moves.length > 0) said.push(t`Votes that move: ${list(moves)}.`)
  return said.join(' ')
}

/** A tie that the count met, and how it was broken. */
export function tieStory({ stage, tied, rule, chosen }: Snapshot<Tie>, name: Outcome['name']): string {
  const where = stage.charAt(0).toUpperCase() + stage.slice(1)
  const names = (options: readonly string[]) => list(options.map(option => isolate(name(option))))
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
