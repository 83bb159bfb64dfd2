import { plural, t } from '@lingui/core/macro'
import type { Method } from '../../contract.gen'
import { methodNames } from '../../poll/methods'
import { list, number, span } from '../../ui/words'
import { count, type Sentences, time } from '../params'

const methods = (param: unknown) => list((param as Method[]).map(method => methodNames[method]))

/** What an option is called that was sent with a new poll. */
function option(param: unknown): string {
  const [, index] = /^options\[(\d+)\]/.exec(String(param)) ?? []
  return index === undefined ? String(param) : t`Option ${number(Number(index) + 1)}`
}

/** What only those can be refused who create a poll, or run it. */
const ofHosts: Sentences = {
  // Those of roles.
  admin_only: () => t`Only the host who runs this poll may do that.`,
  hosts_only: () => t`Only the hosts of this poll may do that.`,
  hosts_see_all: () => t`Only the hosts of this poll may do that.`,
  screen_only: () => t`This link can show the poll, but not change it.`,
  screen_transfer: () => t`This link can show the poll, but not change it.`,

  // Those of joining.
  too_many_screens: () => t`Too many screens show this poll. Close some of them, then reload.`,
  run_again_already: () => t`This poll is already being run again.`,

  // Those of the course of a poll.
  voting_not_ended: () => t`Voting has not ended yet.`,
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
  longest_life: ({ latest }) => t`This poll can be kept until ${time(latest)}, and no longer.`,
  not_later: ({ expires }) => t`Choose a time after ${time(expires)}, when this poll ends now.`,
  time_past: () => t`Choose a time in the future.`,
  time_too_late: ({ latest }) => t`Choose a time before ${time(latest)}, when this poll ends in any case.`,
  closes_at_range: ({ latest }) =>
    t`Choose a time from now until ${time(latest)}, when this poll ends in any case.`,
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

  // Those of options.
  same_option: ({ field: one, other }) => t`${option(one)} and ${option(other)} are the same.`,
  same_options: () => t`Two of the options are the same.`,
  nothing_merged: () => t`Nothing was merged into this option.`,

  // Those of ballots.
  no_place_for_equals: ({ methods: names }) => t`Equal ranks are possible with ${methods(names)}.`,

  // Those of what was written.
  number_range: ({ field, min, max }) => {
    const written = field === 'lifetime' ? span : number
    return t`Choose ${written(count(min))} to ${written(count(max))}.`
  },

  // Those of a server that has its hands full.
  low_disk: () =>
    t`The server’s disk is nearly full, so no new poll can be started. Polls under way go on. Please tell its operator.`,
  nearly_full_disk: () =>
    t`The server’s disk is nearly full, so no new poll can be started. Polls under way go on. Please tell its operator.`,

  // Those that hardly anybody meets: the page does not let it come to that, or the server is not in order.
  foreign_page: () =>
    t`This server does not accept this page, so nothing you do here reaches it. Its operator finds the reason in its log.`,
  hidden_address: () =>
    t`A proxy in front of this server is not set up correctly. The operator finds the reason in the server’s log.`,
  no_equal_ranks: () => t`In this poll every option needs a rank of its own.`,
  ranked_too_many: ({ max }) =>
    plural(count(max), { one: 'Rank at most # option.', other: 'Rank at most # options.' }),
  ranked_too_few: ({ min }) =>
    plural(count(min), { one: 'Rank at least # option.', other: 'Rank at least # options.' }),
  ranked_wrong_count: ({ count: exactly }) =>
    plural(count(exactly), { one: 'Rank exactly # option.', other: 'Rank exactly # options.' }),
  too_many_ranks: ({ max }) =>
    plural(count(max), { one: 'Use at most # rank.', other: 'Use at most # ranks.' }),
  large_body: ({ max }) => t`That was too much at once. The server takes ${number(count(max))} KiB.`,
  unreadable_ledger: () => t`The server cannot read what it has saved. Please tell its operator.`,
}

/**
 * The reasons that only a page can bring about which the server was not made for: an old one
 * in a tab that stayed open, or one with a fault. Reloading is all that the person can do.
 */
export const misunderstandings: ReadonlySet<string> = new Set([
  ...[
    'no_command',
    'long_command_id',
    'creation_id_length',
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

const reload = () =>
  t`This page and the server do not understand each other. Reload the page, then try again.`

export const sentences: Sentences = {
  ...ofHosts,
  ...Object.fromEntries([...misunderstandings].map(reason => [reason, reload])),
}
