package poll

import "time"

// A Command is what an entry asks for. The concrete types are the structs of
// this file.
type Command interface {
	// check returns the *Error with which the command is refused, or nil.
	check(s *State, e Entry) error
	// apply carries out what check has let pass, as the entry of s.version.
	apply(s *State, e Entry) Outcome
}

// Their JSON is what a log holds; see MarshalEntry.
type (
	// Create opens a poll. It is the first entry of every log and occurs once. Its
	// sender is the admin, who takes part only after a Join like everybody else's.
	Create struct {
		People   []Returning `json:"people,omitempty"` // of the poll that this one runs again; they come in when they like
		Latest   time.Time   `json:"latest,omitzero"`  // up to which it can be extended; zero: not at all
		PollID   string      `json:"id"`
		Admin    UserID      `json:"admin"`
		Settings Settings    `json:"settings"`
		Limits   Limits      `json:"limits"`
		Options  []Option    `json:"options,omitempty"` // nominated by the admin with the poll
		Expires  time.Time   `json:"expires"`           // the poll and all tokens for it end here
		Rules    int         `json:"rules,omitempty"`   // those that its commands follow: Rules, or fewer in an older log

		// Of a poll that runs another again: State.Marks, and the devices of those who were removed.
		Marks     string   `json:"marks,omitempty"`
		Unwelcome []string `json:"unwelcome,omitempty"`
	}

	// RunAgain says that the poll is run again, as another one that exists by now, once
	// voting has ended; for the admin. See State.Again.
	RunAgain struct {
		PollID string `json:"id"`
	}

	// Join makes the sender a participant. It is appended when a newcomer
	// connects, also after they left: they are the same person then, with their
	// nominations. A closed poll takes in only people it knows, who come to see the
	// result. A participant who joins again stays as they are. Where newcomers are
	// approved, somebody new waits until a host lets them in.
	Join struct {
		Name      Text `json:"n"`
		Spectates bool `json:"w,omitempty"` // watches: neither votes nor counts as somebody who could

		// Device marks the sender's browser within this poll, if it is known; at most
		// MaxDevice bytes. Nobody new comes in from that of somebody who was removed.
		Device string `json:"d,omitempty"`
	}

	// Spectate has the sender watch, or take part again; for participants who have not
	// voted, before the close.
	Spectate struct {
		On bool `json:"on"`
	}

	// Leave ends the sender's participation, or their waiting to be let in: they asked for it, or their connection
	// stayed away for longer than the grace period of the lobby. Their nominations
	// stay. Anyone who has cast a ballot stays on the list of participants with it: the
	// ballot counts, and the admin can remove both. (While turnout is not shown,
	// nobody's leaving shows once voting is open: it would tell who has voted.) An
	// admin who leaves stays the admin.
	Leave struct{}

	// Nominate proposes an option, in the lobby; for participants, unless the settings or
	// LockNominations leave it to hosts. Where nominations are approved, that of a guest
	// waits until a host lets it in.
	Nominate Option

	// ApproveNominations lets nominations in that wait, in the lobby; for hosts. To refuse
	// one is to remove it. What still waits when voting opens is not on the ballot.
	ApproveNominations struct {
		IDs []NominationID `json:"ids"` // in the order in which they are listed then
	}

	// EditNomination gives an option another text, note and link, in the lobby; for hosts.
	EditNomination Option

	// MergeNominations makes one option of several, in the lobby; for hosts. Those that
	// are merged into it are not options any more, but their texts stay taken.
	MergeNominations struct {
		Into NominationID   `json:"into"`
		IDs  []NominationID `json:"ids"` // of others
	}

	// UnmergeNomination undoes all merging into an option, in the lobby; for hosts.
	UnmergeNomination struct {
		ID NominationID `json:"id"`
	}

	// OrderNominations lists the options in another order, in the lobby; for hosts.
	// Options that come later are listed behind them.
	OrderNominations struct {
		IDs  []NominationID `json:"ids,omitempty"`  // every option once; or
		By   Order          `json:"by,omitempty"`   // what to order them by
		Seed []byte         `json:"seed,omitempty"` // of the shuffle, 16 to 64 bytes
	}

	// LockNominations leaves nominating to hosts, or ends that, in the lobby; for hosts.
	LockNominations struct {
		Locked bool `json:"locked"`
	}

	// EditPoll changes settings, in the lobby; for hosts.
	EditPoll struct {
		Changes
	}

	// RemoveNomination takes an option back, with all that was merged into it, in the
	// lobby; for hosts and, while they take part, its author.
	RemoveNomination struct {
		ID NominationID `json:"id"`
	}

	// RemoveParticipant ends a person's rights for good, and takes their ballot out;
	// for hosts, before the close. Only the admin removes a host. It reaches people who have left, too. Their
	// nominations stay, as others may count on them: a host removes those apart.
	RemoveParticipant struct {
		ID UserID `json:"id"`
	}

	// Admit lets newcomers in who wait, before the close; for hosts. Those of IDs who no
	// longer wait are passed over. Either all of them find a place or nobody is let in.
	Admit struct {
		IDs []UserID `json:"ids,omitempty"` // at least one; or
		All bool     `json:"all,omitempty"` // everybody who waits
	}

	// Reject turns newcomers away who wait, before the close; for hosts. It ends their
	// rights for good, as RemoveParticipant does. Those of IDs who no longer wait are
	// passed over.
	Reject struct {
		IDs []UserID `json:"ids,omitempty"` // at least one; or
		All bool     `json:"all,omitempty"` // everybody who waits
	}

	// LockRoom keeps people out who were never in, or ends that, before the close; for
	// hosts.
	LockRoom struct {
		Locked bool `json:"locked"`
	}

	// RemoveParticipants removes many at once, before the close; for hosts: everybody but
	// hosts who first came at the moment Since or later, or whose name has Matching in it;
	// with both, those to whom both apply. In the lobby their nominations go too.
	RemoveParticipants struct {
		Since    time.Time `json:"since,omitzero"`
		Matching string    `json:"matching,omitempty"` // the key of a name; see ParseName
	}

	// StartVote fixes the nominations and opens voting; for hosts, with enough
	// nominations and before ClosesAt.
	StartVote struct {
		Seed    []byte `json:"seed"`              // of the draw, 16 to 64 bytes: its commitment is shown at once, itself at the close
		Seconds int    `json:"seconds,omitempty"` // after which voting ends; 0: as the settings say
	}

	// SetTimer says when voting ends, while it is open; for hosts.
	SetTimer struct {
		Seconds int  `json:"seconds,omitempty"` // from now; 0: as late as can be
		Extend  bool `json:"extend,omitempty"`  // they count from when voting would end
	}

	// Reopen opens voting again, for hosts, in a closed poll whose result is revealed by
	// hand, before a step of it was shown. Nobody knows more than before then.
	Reopen struct{}

	// Cast files or replaces the sender's ballot; for participants, before ClosesAt.
	Cast struct {
		Ranking []NominationID `json:"r,omitempty"` // best first; none: the voter abstains
		Ranks   []int          `json:"e,omitempty"` // of each of them, from 1 without a gap; nil: each has its own
		Rest    bool           `json:"l,omitempty"` // all others share one more, last rank
		Receipt string         `json:"p"`           // random, 128 bit; at most 64 bytes
	}

	// Close ends voting and counts; for hosts and for System.
	Close struct{}

	// RevealResult shows the result to everybody, in a closed poll that keeps it until
	// then; for hosts.
	RevealResult struct{}

	// PlayResult moves the show of the count: to a step, on or off, faster or slower.
	// The last step is the result, and showing it reveals it. It is for hosts of a
	// closed poll whose result is revealed by hand; System moves a show that plays on by
	// one step, each in its time.
	PlayResult struct {
		Step    int     `json:"step,omitempty"`    // from 1; 0: where it is
		Playing *bool   `json:"playing,omitempty"` // nil: as it is
		Speed   float64 `json:"speed,omitempty"`   // MinSpeed to MaxSpeed; 0: as it is
	}

	// Extend has the poll and its tokens end later, in any phase; for the admin.
	Extend struct {
		Expires time.Time `json:"expires"`
	}

	// Cancel ends the poll without a result, in any phase; for the admin.
	Cancel struct{}

	// MakeAdmin hands the poll over to a participant, in any phase; for the admin.
	MakeAdmin struct {
		ID UserID `json:"id"`
	}

	// AddHost lets a participant run the poll beside the admin, in any phase; for the
	// admin. A host does what the admin does, but for naming hosts and admins, and
	// cancelling. There are at most MaxHosts.
	AddHost struct {
		ID UserID `json:"id"`
	}

	// RemoveHost makes a host a guest again; for the admin, and for the host.
	RemoveHost struct {
		ID UserID `json:"id"`
	}
)
