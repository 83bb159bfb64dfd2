import { plural, t } from '@lingui/core/macro'
import type { Method, Reason } from '../contract.gen'
import { methodNames } from '../poll/methods'
import { isolate, list, moment, number, span } from '../ui/words'
import { fieldName } from './field-name'

type Params = NonNullable<Reason['params']>

const text = (param: unknown) => isolate(String(param))
const count = (param: unknown) => Number(param)
const time = (param: unknown) => moment(String(param))
const field = (param: unknown) => fieldName(String(param))
const methods = (param: unknown) => list((param as Method[]).map(method => methodNames[method]))

/** What a person reads when the server refuses something, by its reason. */
const sentences: Record<string, (params: Params) => string> = {
  // Those of roles.
  admin_only: () => t`Only the host who runs this poll may do that.`,
  hosts_only: () => t`Only the hosts of this poll may do that.`,
  hosts_see_all: () => t`Only the hosts of this poll may do that.`,
  not_taking_part: () => t`You do not take part in this poll.`,
  removed_person: () => t`You were removed from this poll.`,
  no_entry: () => t`You can no longer take part in this poll.`,
  still_waiting: () => t`You are waiting for a host to let you in.`,
  screen_only: () => t`This link can show the poll, but not change it.`,
  screen_transfer: () => t`This link can show the poll, but not change it.`,
  foreign_page: () =>
    t`This server does not accept this page, so nothing you do here reaches it. Its operator finds the reason in its log.`,
  hidden_address: () =>
    t`A proxy in front of this server is not set up correctly. The operator finds the reason in the server’s log.`,

  // Those of joining.
  barred_device: () => t`Somebody was removed from this poll on this device, so nobody can join from it.`,
  closed_to_newcomers: () => t`Voting in this poll has ended, so nobody can join any more.`,
  join_after_end: () => t`Voting in this poll has ended, so nobody can join any more.`,
  locked_room: () => t`The hosts have locked this poll, so nobody new can join.`,
  full_poll: ({ people }) => t`This poll is full: ${number(count(people))} people take part.`,
  too_many_people: ({ max }) => t`This poll is full: ${number(count(max))} people take part.`,
  too_many_gone: () => t`This poll is full: too many people have come and gone.`,
  too_many_waiting: () => t`Too many people are waiting to be let in. Try again in a moment.`,
  crowded_arrivals: () => t`Too many people are joining right now. Try again in a moment.`,
  crowded_poll: () =>
    t`Very many people have joined this poll and left it, so newcomers come in one by one. Try again in a moment.`,
  no_such_code: () => t`No poll has this code. Polls also end after a while.`,
  no_such_poll: () => t`No poll has this code. Polls also end after a while.`,
  spent_code: () =>
    t`This code no longer works. Show a fresh one on the other device: each works once, for a minute.`,
  too_many_tabs: () => t`You have this poll open in too many tabs. Close some of them, then reload.`,
  too_many_screens: () => t`Too many screens show this poll. Close some of them, then reload.`,
  not_run_again: () => t`This poll is not being run again yet.`,
  run_again_already: () => t`This poll is already being run again.`,

  // Those of the course of a poll.
  cancelled_poll: () => t`This poll was cancelled.`,
  voting_started: () => t`Voting has started, so the options can no longer change.`,
  voting_not_started: () => t`Voting has not started yet.`,
  voting_ended: () => t`Voting has ended.`,
  voting_not_ended: () => t`Voting has not ended yet.`,
  no_results_yet: () => t`The result is shown once voting has ended.`,
  not_revealed: () => t`The result is shown once a host has revealed it.`,
  ballots_before_close: () => t`The ballots are shown once voting has ended.`,
  ballots_before_reveal: () => t`The ballots are shown once the result has been revealed.`,
  result_shown: () => t`The result has been shown, so voting cannot be opened again.`,
  revealed_already: () => t`The result has already been revealed.`,
  step_too_early: () => t`It is not time for the next step yet.`,
  shown_at_close: () => t`The result of this poll was shown when voting ended.`,
  too_few_nominations: ({ min }) =>
    plural(count(min), {
      one: 'Voting needs at least # option.',
      other: 'Voting needs at least # options.',
    }),
  budget_spent: () => t`This poll has reached its limit: nothing more can be added. Voting still works.`,
  ballots_spent: () => t`This poll has reached its limit for changed votes. The votes already cast count.`,
  longest_life: ({ latest }) => t`This poll can be kept until ${time(latest)}, and no longer.`,
  not_later: ({ expires }) => t`Choose a time after ${time(expires)}, when this poll ends now.`,
  time_past: ({ field: what }) => t`${field(what)}: choose a time in the future.`,
  time_too_late: ({ field: what, latest }) =>
    t`${field(what)}: choose a time before ${time(latest)}, when this poll ends in any case.`,
  closes_at_range: ({ latest }) => t`Choose a time before ${time(latest)}, when this poll ends in any case.`,
  timer_range: ({ max }) => t`Choose at most ${span(count(max))}: after that this poll ends in any case.`,

  // Those of people.
  admin_removes_self: () =>
    t`You cannot remove yourself. Hand the poll over to another host first, or cancel it.`,
  host_removes_self: () => t`You cannot remove yourself. Leave the poll instead.`,
  removes_host: () => t`Only the host who runs this poll may remove another host.`,
  no_such_participant: () => t`This person is no longer in the poll.`,
  too_few_places: ({ free }) =>
    plural(count(free), {
      one: 'This poll has room for # more person.',
      other: 'This poll has room for # more people.',
    }),
  nobody_waits: () => t`None of them is waiting any more.`,
  host_already: () => t`This person is already a host.`,
  not_a_host: () => t`This person is not a host.`,
  too_many_hosts: ({ max }) =>
    plural(count(max), {
      one: 'A poll can have # more host beside the one who runs it.',
      other: 'A poll can have # more hosts beside the one who runs it.',
    }),
  matching_length: ({ max }) => t`Write a part of a name: 1 to ${number(count(max))} characters.`,
  spectator_voted: () => t`You have voted, and your ballot counts.`,

  // Those of options.
  spectator_nominates: () => t`You only watch this poll. Take part to nominate.`,
  hosts_nominate: () => t`In this poll the hosts choose the options.`,
  nominations_locked: () => t`The hosts have closed the nominations.`,
  too_many_of_yours: ({ max }) =>
    plural(count(max), {
      one: 'You may make # nomination. Take it back first.',
      other: 'You may make # nominations. Take one back first.',
    }),
  too_many_nominations: ({ max }) =>
    plural(count(max), {
      one: 'This poll is full: it can have # option.',
      other: 'This poll is full: it can have # options.',
    }),
  nominated_already: ({ text: named }) => t`${text(named)} is on the list already.`,
  waits_already: ({ text: named }) => t`${text(named)} is nominated already, and waits for a host.`,
  same_option: ({ field: one, other }) => t`${field(one)} and ${field(other)} are the same.`,
  same_options: () => t`Two of the options are the same.`,
  no_such_nomination: () => t`This option is no longer on the list.`,
  unknown_option: () => t`One of the ranked options is no longer on the list.`,
  not_your_nomination: () => t`Only the person who nominated it, or a host, may remove it.`,
  nothing_merged: () => t`Nothing was merged into this option.`,

  // Those of ballots.
  spectator_votes: () => t`You only watch this poll. Take part to vote.`,
  voted_already: () => t`Your ballot is in already, and cannot be changed.`,
  too_late_to_vote: ({ end }) => t`It is too late to vote: voting ended at ${time(end)}.`,
  no_equal_ranks: () => t`In this poll every option needs a rank of its own.`,
  no_place_for_equals: ({ methods: names }) => t`Equal ranks are possible with ${methods(names)}.`,
  ranked_too_many: ({ max }) =>
    plural(count(max), { one: 'Rank at most # option.', other: 'Rank at most # options.' }),
  ranked_too_few: ({ min }) =>
    plural(count(min), { one: 'Rank at least # option.', other: 'Rank at least # options.' }),
  ranked_wrong_count: ({ count: exactly }) =>
    plural(count(exactly), { one: 'Rank exactly # option.', other: 'Rank exactly # options.' }),
  too_many_ranks: ({ max }) =>
    plural(count(max), { one: 'Use at most # rank.', other: 'Use at most # ranks.' }),

  // Those of what was written.
  text_length: ({ field: what, min, max }) =>
    t`${field(what)}: write ${number(count(min))} to ${number(count(max))} characters.`,
  hard_characters: ({ field: what }) => t`${field(what)}: write it with simpler characters.`,
  not_a_link: ({ field: what }) =>
    t`${field(what)}: paste the address of a web page, such as https://example.com.`,
  number_range: ({ field: what, min, max }) => {
    const written = what === 'lifetime' ? span : number
    return t`${field(what)}: choose ${written(count(min))} to ${written(count(max))}.`
  },
  large_body: ({ max }) => t`That was too much at once. The server takes ${number(count(max))} KiB.`,

  // Those of a server that has its hands full.
  too_often: ({ wait }) => t`That was too often. Try again in ${span(count(wait))}.`,
  too_slow: () => t`The server is too busy to answer. Reload to see whether it took what you sent.`,
  crowded_downloads: () => t`Many people are downloading results right now. Try again in a moment.`,
  low_disk: () =>
    t`The server’s disk is nearly full, so no new poll can be started. Polls under way go on. Please tell its operator.`,
  nearly_full_disk: () =>
    t`The server’s disk is nearly full, so no new poll can be started. Polls under way go on. Please tell its operator.`,
  going_down: () => t`The server is restarting. Try again in a moment.`,
  shutting_down: () => t`The server is restarting. Try again in a moment.`,
  cannot_save: () => t`The server cannot save anything right now. Try again in a moment.`,
  not_saved: () => t`The server cannot save anything right now. Try again in a moment.`,
  slow_ledger: () => t`The server cannot save anything right now. Try again in a moment.`,
  unreadable_ledger: () => t`The server cannot read what it has saved. Please tell its operator.`,
  fault: ({ number: id }) =>
    t`Something went wrong on the server. Try again; if it stays so, tell its operator the number ${text(id)}.`,
}

/**
 * The reasons that only a page can bring about which the server was not made for: an old one
 * in a tab that stayed open, or one with a fault. Reloading is all that the person can do.
 */
export const misunderstandings: ReadonlySet<string> = new Set([
  ...[
    'no_command',
    'long_command_id',
    'nobodys_command',
    'unknown_event',
    'no_acknowledgement',
    'wrong_type',
  ],
  ...['not_json', 'not_an_object', 'wrong_content_type', 'short_body', 'wrong_http_method', 'nothing_here'],
  ...['base_spectator', 'too_large_for_base', 'newer_poll', 'poll_exists', 'incomplete_poll', 'no_poll_id'],
  ...['invalid_settings', 'invalid_limits', 'unknown_method', 'unknown_admission', 'seats_without_stv'],
  ...['extended_backwards', 'end_before_start', 'not_a_time', 'no_seconds', 'not_a_code', 'empty_id'],
  ...['same_people', 'long_device', 'user_id_length', 'nobody_named', 'flood_unnamed', 'page_range'],
  ...['nomination_id', 'no_nomination_ids', 'nomination_twice', 'merged_into_itself', 'incomplete_order'],
  ...['unknown_order', 'seed_length', 'receipt_length', 'ranks_with_gap', 'ranked_twice'],
  ...['speed_range'],
])

/** The sentence for a refusal; undefined if this page does not know its reason. */
export function sentenceOf({ reason, params = {} }: Reason): string | undefined {
  if (misunderstandings.has(reason))
    return t`This page and the server do not understand each other. Reload the page, then try again.`
  return Object.hasOwn(sentences, reason) ? sentences[reason]?.(params) : undefined
}
