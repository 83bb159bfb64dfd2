import type { Snapshot } from 'valtio'
import type { PollResults, Round, Standing, Tie } from '../contract.gen'
import { optionsOf, type Poll } from '../poll/use-poll'
import { type Outcome, outcomeOf, outcomeOfResults } from '../results/outcome'

/** How many characters of an option's name a sentence on the screen has, so that the picture has its room. */
export const nameInSentence = 28

export type Rounds = readonly Snapshot<Round>[]

/** What the screen shows of a closed poll. */
export type Scene =
  | { kind: 'waiting' }
  /** Of instant runoff and STV: the count up to its last round here. */
  | { kind: 'rounds'; rounds: Rounds; ties: readonly Snapshot<Tie>[] }
  | { kind: 'duels'; options: readonly string[]; matrix: readonly (readonly number[])[] }
  /** The places from the last one up to the first one here. */
  | { kind: 'places'; order: readonly Snapshot<Standing>[] }
  | { kind: 'winner'; outcome: Outcome }

/**
 * The scene of a step, which is not after the one that the poll is at. Once the result
 * is revealed the whole of it, if it is here, tells the way to it again.
 */
export function sceneOf(poll: Poll, step: number, whole?: PollResults): Scene {
  const { reveal } = poll
  const outcome = whole ? outcomeOfResults(whole) : outcomeOf(poll)
  if (outcome && (!reveal || step >= reveal.steps)) return { kind: 'winner', outcome }
  if (!reveal || step < 1) return { kind: 'waiting' }
  if (outcome) return again(outcome, step, whole) ?? { kind: 'winner', outcome }
  const shown = reveal.shown
  if (shown?.rounds) return roundsUpTo(step, shown.rounds, shown.ties ?? [])
  if (shown?.matrix) return { kind: 'duels', options: shown.options ?? [], matrix: shown.matrix }
  return { kind: 'places', order: (shown?.order ?? []).slice(reveal.step - step) }
}

/** A step before the last one, of a result that everybody knows; undefined if too little of it is here. */
function again(outcome: Outcome, step: number, whole?: PollResults): Scene | undefined {
  const { order, rounds, ties } = outcome.results.official
  if (rounds?.length) return roundsUpTo(step, rounds, ties)
  if (!whole) return undefined
  const { matrix, options } = whole.results.official
  if (matrix) return { kind: 'duels', options, matrix }
  const first = order.filter(({ place }) => place === 1).length
  return { kind: 'places', order: order.slice(Math.max(placesTold(order) - step, first)) }
}

/** How many places are told one by one; see the server's show. */
const placesTold = (order: readonly unknown[]) => Math.min(order.length, 10)

function roundsUpTo(step: number, rounds: Rounds, ties: readonly Snapshot<Tie>[]): Scene {
  const upTo = rounds.filter(({ number }) => number <= step)
  return {
    kind: 'rounds',
    rounds: upTo,
    ties: ties.filter(({ stage }) => roundOf(stage) === upTo.at(-1)?.number),
  }
}

const roundOf = (stage: string) => Number(/^round (\d+) /.exec(stage)?.[1])

/** An option's line in the chart of rounds. */
export interface Row {
  option: string
  votes: number
  /** Since the round before; 0 in the first one. */
  gained: number
  state: 'in' | 'elected' | 'leaving' | 'out'
  /** The round in which it went out, or was elected. */
  since?: number
}

/** The lines of a round: those that are in by their votes, then those that went out, the latest first. */
export function rowsOf(rounds: Rounds): Row[] {
  const round = rounds.at(-1)
  if (!round) return []
  const before = rounds.at(-2)
  const votesIn = (r: Snapshot<Round> | undefined, option: string) =>
    r?.tallies.find(tally => tally.option === option)?.votes
  const electedIn = new Map(rounds.flatMap(r => r.elected.map(option => [option, r.number] as const)))
  const standing = round.tallies.map(({ option, votes }): Row => {
    const since = electedIn.get(option)
    return {
      option,
      votes,
      gained: before ? votes - (votesIn(before, option) ?? 0) : 0,
      state: round.excluded.includes(option) ? 'leaving' : since ? 'elected' : 'in',
      ...(since && { since }),
    }
  })
  const here = new Set(standing.map(({ option }) => option))
  const gone = [...rounds]
    .reverse()
    .flatMap(r => [
      ...r.elected.filter(option => !here.has(option)).map(option => out(option, r, 'elected')),
      ...r.excluded.filter(option => !here.has(option)).map(option => out(option, r, 'out')),
    ])
  return [...standing.sort((a, b) => b.votes - a.votes), ...gone]

  function out(option: string, r: Snapshot<Round>, state: 'elected' | 'out'): Row {
    here.add(option)
    return {
      option,
      votes: state === 'elected' ? (votesIn(r, option) ?? 0) : 0,
      gained: 0,
      state,
      since: r.number,
    }
  }
}

/** As many rows as there is room for: those that leave are among them, since they are what the round is about. */
export function rowsThatFit(rows: readonly Row[], room: number): readonly Row[] {
  if (rows.length <= room) return rows
  const leaving = rows.filter(({ state }) => state === 'leaving').slice(0, Math.ceil(room / 2))
  const others = rows.filter(row => !leaving.includes(row)).slice(0, room - leaving.length)
  return rows.filter(row => leaving.includes(row) || others.includes(row))
}

/** The names of a poll's options. */
export function namesOf(poll: Poll): (option: string) => string {
  const names = new Map(optionsOf(poll).map(({ id, text }) => [id, text]))
  return option => names.get(option) ?? '?'
}
