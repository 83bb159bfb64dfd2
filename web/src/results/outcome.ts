import { plural, t } from '@lingui/core/macro'
import type { Snapshot } from 'valtio'
import type { Digest, Method, PollResults, Round, Standing, Tie } from '../contract.gen'
import { optionsOf, type Poll } from '../poll/use-poll'
import { isolate, list, namesList, number } from '../ui/words'

/** A closed poll, as its own people and the public both see it. */
export interface Outcome {
  pollID: string
  topic: string
  /** In short, unless all of it was asked for. */
  results: Snapshot<Digest>
  commitment: string
  seed: string
  /** Until when the poll and its result are kept. */
  expiresAt: string
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
    expiresAt: poll.expiresAt,
    name: namer(optionsOf(poll)),
  }

/** The outcome as anybody may ask for it. */
export const outcomeOfResults = (whole: PollResults): Outcome => ({
  pollID: whole.id,
  topic: whole.topic,
  results: whole.results,
  commitment: whole.seedCommitment,
  seed: whole.seed,
  expiresAt: whole.expiresAt,
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
    return t`Options below`
  },
  get ranked_pairs() {
    return t`Options below`
  },
}

/** Whether the win was left tied. */
const isTied = ({ results: { official } }: Outcome) => official.winners.length > official.seats

/** Whether the draw, and nothing that people voted, decided who wins. */
const isDrawn = ({ results: { official } }: Outcome) => decidedByDraw(official)

/** The same of any count: in short it says so, in whole its ties do. */
function decidedByDraw(count: {
  winners: readonly string[]
  drawn?: boolean
  ties?: readonly Snapshot<Tie>[]
}): boolean {
  if (count.drawn !== undefined || !count.ties) return count.drawn === true
  return count.ties.some(
    ({ rule, tied }) => rule === 'draw' && tied.some(option => count.winners.includes(option)),
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
  return [howWon(outcome), cast, agreement(outcome)].filter(Boolean).join(' ')
}

function howWon(outcome: Outcome): string {
  const { official } = outcome.results
  const last = official.rounds?.at(-1)
  const [winner, rival] = official.order
  const single = official.winners.length === 1 && winner !== undefined
  if (!last) return single && rival && isAdded[official.method] ? margin(outcome, winner, rival) : ''
  if (official.method !== 'irv' || !single)
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
      return wonByRounds(last, winner.figure)
  }
}

/** A win over the best of the others, in the last round of an instant runoff. */
function wonByRounds(last: Snapshot<Round>, figure: number): string {
  const best = Math.max(
    0,
    ...last.tallies.filter(({ option }) => !last.elected.includes(option)).map(t => t.votes),
  )
  const [most, next] = [number(figure), number(best)]
  return last.number === 1
    ? t`Wins by ${most} to ${next} in the first round.`
    : plural(last.number, {
        one: `Wins by ${most} to ${next} after # round.`,
        other: `Wins by ${most} to ${next} after # rounds.`,
      })
}

/** Whether a method adds up what each ballot gives, so that its figures can be compared. */
const isAdded: Record<Method, boolean> = {
  score: true,
  plurality: true,
  approval: true,
  borda: true,
  dowdall: true,
  irv: false,
  stv: false,
  copeland: false,
  minimax: false,
  schulze: false,
  ranked_pairs: false,
}

function margin(
  { results: { official } }: Outcome,
  winner: Snapshot<Standing>,
  rival: Snapshot<Standing>,
): string {
  if (winner.figure === rival.figure) return ''
  const [most, next] = [number(winner.figure), number(rival.figure)]
  return official.method === 'plurality' || official.method === 'approval'
    ? t`Wins by ${most} to ${next} votes.`
    : t`Wins by ${most} to ${next} points.`
}

/** What other methods say of the same ballots; one that would have taken too long says nothing. */
export function otherMethods({ results: { official, others } }: Outcome) {
  const rows = others.outcomes
    .filter(({ method, exceeded }) => method !== official.method && !exceeded)
    .map(row => ({ ...row, drawn: decidedByDraw(row) }))
  const isSame = ({ winners }: { winners: readonly string[] }) =>
    winners.length === official.winners.length && winners.every(option => official.winners.includes(option))
  const agreeing = rows.filter(row => isSame(row) && !row.drawn).length
  return { rows, isSame, agreeing, drawn: rows.filter(row => row.drawn).length }
}

/** How many other methods agree, in a sentence; '' where nobody won, or none agrees for want of a decision. */
function agreement(outcome: Outcome): string {
  const { rows, agreeing, drawn } = otherMethods(outcome)
  if (outcome.results.official.winners.length === 0 || rows.length === 0) return ''
  if (agreeing === 0 && drawn > 0) return ''
  if (agreeing === 0) return t`No other method gives the same result.`
  return agreeing === rows.length
    ? t`Every other method gives the same result.`
    : t`The result would be the same with ${number(agreeing)} of ${number(rows.length)} other methods.`
}

/** How an option ended, where rounds went by: its votes are those of that round. */
export function ending({ results: { official } }: Outcome, option: string): string | undefined {
  const out = official.rounds?.find(({ excluded }) => excluded.includes(option))
  if (out) return t`out in round ${number(out.number)}`
  const elected = official.rounds?.find(round => round.elected.includes(option))
  return elected && t`won in round ${number(elected.number)}`
}

const leastShown = 0.005 // parts of votes are written with two digits

/** What happened in a round. */
export function roundStory(round: Snapshot<Round>, name: Outcome['name']): string {
  const own = (option: string) => isolate(name(option))
  const names = (options: readonly string[]) => namesList(options.map(name))
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
    .filter(([, votes]) => votes >= leastShown)
    .sort(([a, x], [b, y]) => Number(a === '') - Number(b === '') || y - x)
    .map(([to, votes]) => (to ? t`${number(votes)} to ${own(to)}` : t`${number(votes)} to nobody`))
  if (moves.length > 0) said.push(t`Votes that move: ${list(moves)}.`)
  return said.join(' ')
}
