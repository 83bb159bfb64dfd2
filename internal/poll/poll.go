// Package poll is the domain: what a poll is, the commands that change it, and
// what each person may see of it.
//
// A poll is a log of entries. [State.Apply] is the only thing that changes a
// State, and it is deterministic: no clock, no randomness, no I/O. Time, ids and
// seeds are in the entries. Apply also decides: an entry that is not valid when
// its turn comes changes nothing and yields its *Error. [State.Check] asks the
// same question without applying, so that hopeless commands need not be
// written down; it is a courtesy, never the authority.
//
// The only way from a State to a person is a view: [State.Document] and
// [State.Me] for clients that follow versions and patches, [State.Base] for
// clients of the base contract, [State.Roster] for the admin, [State.Summary] and,
// after the close, [State.Export] for the public. A ballot is in nobody's view but
// its owner's.
//
// What people send becomes a command through [ParseText], [ParseCode] and [Draft],
// which normalise it or say in a sentence what is wrong. What a State decides by is
// then in the entry, never in the Unicode tables or the configuration of the day. The
// rules are told with the commands they concern.
//
// A State is not safe for concurrent use; its owner serialises access.
package poll

import (
	"time"
)

// A UserID identifies a person within a poll. It is random, 1 to 20 visible
// characters of ASCII.
type UserID string

// A NominationID identifies a nomination within a poll. It is random, 1 to 20 visible
// characters of ASCII.
type NominationID string

// System is the author of the entries that no person caused: a vote that
// closes at its time.
const System UserID = ""

// A Phase is a stage in the life of a poll: lobby → voting → closed, or
// cancelled from any of them.
type Phase string

// The phases.
const (
	Lobby     Phase = "lobby"     // people gather and nominate
	Voting    Phase = "voting"    // nominations are fixed, ballots are cast
	Closed    Phase = "closed"    // counted
	Cancelled Phase = "cancelled" // ended by its admin, without a result
)

// A Role is what a person may do in a poll.
type Role string

// The roles.
const (
	Admin       Role = "admin"
	Host        Role = "host" // runs the poll beside the admin
	Participant Role = "participant"
)

// A Code classifies an error for programs. Codes are part of the wire contract
// and do not change.
type Code string

// The codes of the wire contract that a poll itself can answer with.
const (
	BadRequest   Code = "bad_request"
	Unauthorized Code = "unauthorized"
	NotFound     Code = "not_found"
	WrongPhase   Code = "wrong_phase"
	Duplicate    Code = "duplicate"
	Limit        Code = "limit"
)

// An Error is a command refused. Its message is a sentence for the person who
// sent the command.
type Error struct {
	Code    Code
	Message string

	// Reason is the name of the Reason, and Params has its parameters: numbers, texts, lists of
	// texts, and times.
	Reason string
	Params map[string]any

	// Existing is the nomination that a duplicate repeats.
	Existing NominationID
}

func (e *Error) Error() string { return e.Message }

// An Entry is a command with everything that applying it needs: when, by whom,
// and the values (ids, seeds) that were drawn for it.
type Entry struct {
	At        time.Time // to the millisecond, UTC
	By        UserID    // who sent the command, or System
	CommandID string    // the sender's name for this command, at most 64 bytes; "" if none
	Command   Command
}

// An Outcome is the answer to a command that was accepted.
type Outcome struct {
	// Version is the sequence of the entry that had the effect: of an earlier one
	// when the command repeats it.
	Version uint64

	// Receipt is the voter's proof of a ballot, for Cast.
	Receipt string

	// Nomination is the id of a new nomination, for Nominate.
	Nomination NominationID
}
