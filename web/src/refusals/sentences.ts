import { plural, t } from '@lingui/core/macro'
import { number, span } from '../ui/words'
import { count, type Sentences, text, time } from './params'

/**
 * What voters may be refused. A sentence of a field does not name it: it stands there. See hosts/of-hosts.ts for what only
 * those are refused who create a poll or run it, and for what hardly anybody is.
 */
export const sentences: Sentences = {
  // Those of roles.
  not_taking_part: () => t`You do not take part in this poll.`,
  removed_person: () => t`You were removed from this poll.`,
  no_entry: () => t`You can no longer take part in this poll.`,
  still_waiting: () => t`You are waiting for a host to let you in.`,

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
  not_run_again: () => t`This poll is not being run again yet.`,

  // Those of the course of a poll.
  cancelled_poll: () => t`This poll was cancelled.`,
  voting_started: () => t`Voting has started, so the options can no longer change.`,
  voting_not_started: () => t`Voting has not started yet.`,
  voting_ended: () => t`Voting has ended.`,
  no_results_yet: () => t`The result is shown once voting has ended.`,
  not_revealed: () => t`The result is shown once a host has revealed it.`,
  budget_spent: () => t`This poll has reached its limit: nothing more can be added. Voting still works.`,
  ballots_spent: () => t`This poll has reached its limit for changed votes. The votes already cast count.`,

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
  no_such_nomination: () => t`This option is no longer on the list.`,
  unknown_option: () => t`One of the ranked options is no longer on the list.`,
  not_your_nomination: () => t`Only the person who nominated it, or a host, may remove it.`,

  // Those of ballots.
  spectator_votes: () => t`You only watch this poll. Take part to vote.`,
  spectator_voted: () => t`You have voted, and your ballot counts.`,
  voted_already: () => t`Your ballot is in already, and cannot be changed.`,
  too_late_to_vote: ({ end }) => t`It is too late to vote: voting ended at ${time(end)}.`,

  // Those of what was written.
  text_length: ({ min, max }) => t`Write ${number(count(min))} to ${number(count(max))} characters.`,
  hard_characters: () => t`Write it with simpler characters.`,
  not_a_link: () => t`Paste the address of a web page, such as https://example.com.`,

  // Those of a server that has its hands full.
  too_often: ({ wait }) => t`That was too often. Try again in ${span(count(wait))}.`,
  too_slow: () => t`The server is too busy to answer. Reload to see whether it took what you sent.`,
  crowded_downloads: () => t`Many people are downloading results right now. Try again in a moment.`,
  going_down: () => t`The server is restarting. Try again in a moment.`,
  shutting_down: () => t`The server is restarting. Try again in a moment.`,
  cannot_save: () => t`The server cannot save anything right now. Try again in a moment.`,
  not_saved: () => t`The server cannot save anything right now. Try again in a moment.`,
  slow_ledger: () => t`The server cannot save anything right now. Try again in a moment.`,
  fault: ({ number: id }) =>
    t`Something went wrong on the server. Try again; if it stays so, tell its operator the number ${text(id)}.`,
}
