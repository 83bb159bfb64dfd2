package poll

import "time"

// A Command is what an entry asks for. The concrete types are the structs of
// this file.
type Command interface {
	// check returns the *Error with which the command is refused, or nil.
	check(s *State, e *Entry) error
	// apply carries out what check has let pass, as the entry of s.version.
	apply(s *State, e *Entry) Outcome
}

// Their JSON is what a log holds; see MarshalEntry.
type (
	// Create opens a poll. It is the first entry of every log and occurs once. Its
	// sender is the admin, who takes part only after a Join like everybody else's.
	Create struct {
		PollID   string    `json:"id"`
		Admin    UserID    `json:"admin"`
		Settings Settings  `json:"settings"`
		Limits   Limits    `json:"limits"`
		Expires  time.Time `json:"expires"` // the poll and all tokens for it end here
	}

	// Join makes the sender a participant. It is appended when a person who is not one
	// connects, also after they left: they are the same person then, with their
	// nominations. A closed poll takes in only people it knows, who come to see the
	// result. A participant who joins again stays as they are.
	Join struct {
		Name Text `json:"n"`
	}

	// Leave ends the sender's participation: they asked for it, or their connection
	// stayed away for longer than the grace period of the lobby. Their nominations
	// stay. Who has cast a ballot stays on the list of participants with it: the
	// ballot counts, and the admin can remove both. (While turnout is not shown,
	// nobody's leaving shows once voting is open: it would tell who has voted.) An
	// admin who leaves stays the admin.
	Leave struct{}

	// Nominate proposes an option, in the lobby; for participants.
	Nominate struct {
		ID   NominationID `json:"id"`
		Text Text         `json:"n"`
	}

	// RemoveNomination takes an option back, in the lobby; for the admin and, while
	// they take part, its author.
	RemoveNomination struct {
		ID NominationID `json:"id"`
	}

	// RemoveParticipant ends a person's rights for good, and takes their ballot out;
	// for the admin, before the close. It reaches people who have left, too. Their
	// nominations stay, as others may count on them: the admin removes those apart.
	RemoveParticipant struct {
		ID UserID `json:"id"`
	}

	// StartVote fixes the nominations and opens voting; for the admin, with enough
	// nominations and before ClosesAt.
	StartVote struct {
		Seed []byte `json:"seed"` // of the draw, 16 to 64 bytes: its commitment is shown at once, itself at the close
	}

	// Cast files or replaces the sender's ballot; for participants, before ClosesAt.
	Cast struct {
		Ranking []NominationID `json:"r,omitempty"` // best first; none: the voter abstains
		Receipt string         `json:"p"`           // random, 128 bit; at most 64 bytes
	}

	// Close ends voting and counts; for the admin and for System.
	Close struct{}

	// RevealResult shows the result to everybody, in a closed poll that keeps it until
	// then; for the admin.
	RevealResult struct{}

	// PlayResult moves the show of the count: to a step, on or off, faster or slower.
	// The last step is the result, and showing it reveals it. It is for the admin of a
	// closed poll whose result is revealed by hand; System moves a show that plays on by
	// one step, each in its time.
	PlayResult struct {
		Step    int     `json:"step,omitempty"`    // from 1; 0: where it is
		Playing *bool   `json:"playing,omitempty"` // nil: as it is
		Speed   float64 `json:"speed,omitempty"`   // MinSpeed to MaxSpeed; 0: as it is
	}

	// Cancel ends the poll without a result, in any phase; for the admin.
	Cancel struct{}

	// MakeAdmin hands the poll over to a participant, in any phase; for the admin.
	MakeAdmin struct {
		ID UserID `json:"id"`
	}
)
