// Package wire is the contract between the server and its clients: the events of
// the /polls namespace with the types they carry, and the bodies of the REST
// routes. The TypeScript types of the web client are generated from it.
//
// Two kinds of clients speak it. Those written for the original course
// application use the base contract: whole polls in poll_updated. Those that
// connect with auth {token, patches: true} get one poll_state, then patches.
package wire

import (
	"encoding/json"
	"time"

	"github.com/caucus-live/caucus/internal/poll"
	"github.com/caucus-live/caucus/internal/tally"
)

// Namespace is where polls live.
const Namespace = "/polls"

// Auth is what a client sends when it connects to the namespace.
type Auth struct {
	Token   string `json:"token"`
	Patches bool   `json:"patches,omitempty"`
}

// What clients send. Every payload may carry a commandID.
type (
	// Command is the payload of close_poll, reopen_vote, reveal_result, cancel_poll, leave,
	// poll_sync, present and device_code.
	Command struct {
		CommandID string `json:"commandID,omitempty"` // at most 64 bytes; the same one is applied once
	}

	// Nominate is the payload of nominate.
	Nominate struct {
		CommandID string `json:"commandID,omitempty"`
		Text      string `json:"text"`
		Note      string `json:"note,omitempty"` // at most 280 characters
		Link      string `json:"link,omitempty"` // http or https
	}

	// EditNomination is the payload of edit_nomination.
	EditNomination struct {
		CommandID string `json:"commandID,omitempty"`
		ID        string `json:"id"`
		Text      string `json:"text"`
		Note      string `json:"note,omitempty"`
		Link      string `json:"link,omitempty"`
	}

	// ByIDs is the payload of approve_nominations.
	ByIDs struct {
		CommandID string              `json:"commandID,omitempty"`
		IDs       []poll.NominationID `json:"ids"`
	}

	// MergeNominations is the payload of merge_nominations.
	MergeNominations struct {
		CommandID string              `json:"commandID,omitempty"`
		Into      poll.NominationID   `json:"into"`
		IDs       []poll.NominationID `json:"ids"`
	}

	// OrderNominations is the payload of order_nominations: ids, every one once, or by.
	OrderNominations struct {
		CommandID string              `json:"commandID,omitempty"`
		IDs       []poll.NominationID `json:"ids,omitempty"`
		By        poll.Order          `json:"by,omitempty"`
	}

	// Newcomers is the payload of admit and reject: ids, or all.
	Newcomers struct {
		CommandID string        `json:"commandID,omitempty"`
		IDs       []poll.UserID `json:"ids,omitempty"`
		All       bool          `json:"all,omitempty"`
	}

	// WaitingRequest is the payload of waiting_list.
	WaitingRequest struct {
		After uint64 `json:"after,omitempty"` // next of the page before
		Limit int    `json:"limit,omitempty"` // default 100, at most 500
	}

	// Spectate is the payload of spectate.
	Spectate struct {
		CommandID string `json:"commandID,omitempty"`
		On        bool   `json:"on"`
	}

	// RemoveParticipants is the payload of remove_participants. With both, those are meant
	// to whom both apply.
	RemoveParticipants struct {
		CommandID string `json:"commandID,omitempty"`
		Since     string `json:"since,omitempty"`    // RFC 3339: who first came then or later
		Matching  string `json:"matching,omitempty"` // whose name has this in it, look-alikes folded
	}

	// StartVote is the payload of start_vote.
	StartVote struct {
		CommandID string `json:"commandID,omitempty"`
		Seconds   int    `json:"seconds,omitempty"` // after which voting ends
	}

	// Extend is the payload of extend.
	Extend struct {
		CommandID string `json:"commandID,omitempty"`
		ExpiresAt string `json:"expiresAt"` // RFC 3339; later than now, and not after extendableUntil
	}

	// SetTimer is the payload of set_timer.
	SetTimer struct {
		CommandID string `json:"commandID,omitempty"`
		Seconds   int    `json:"seconds,omitempty"` // until voting ends; 0: as late as can be
		Extend    bool   `json:"extend,omitempty"`  // they are added to what is left
	}

	// SetLock is the payload of lock_nominations and lock_room.
	SetLock struct {
		CommandID string `json:"commandID,omitempty"`
		Locked    bool   `json:"locked"`
	}

	// EditPoll is the payload of edit_poll. What is left out stays as it is.
	EditPoll struct {
		CommandID           string        `json:"commandID,omitempty"`
		Topic               *string       `json:"topic,omitempty"`
		Method              *tally.Method `json:"method,omitempty"`
		Seats               *int          `json:"seats,omitempty"`
		VotesPerVoter       *int          `json:"votesPerVoter,omitempty"`
		NominationsPerVoter *int          `json:"nominationsPerVoter,omitempty"`
		AllowPartial        *bool         `json:"allowPartial,omitempty"`
		ChangeableVote      *bool         `json:"changeableVote,omitempty"`
		ShowTurnout         *bool         `json:"showTurnout,omitempty"`
		DeclareTies         *bool         `json:"declareTies,omitempty"`
		ClosesAt            *string       `json:"closesAt,omitempty"` // RFC 3339; empty: none
		Reveal              *bool         `json:"reveal,omitempty"`
		HostNominates       *bool         `json:"hostNominates,omitempty"`
		ApproveNominations  *bool         `json:"approveNominations,omitempty"`
		Anonymous           *bool         `json:"anonymous,omitempty"`
		Shuffle             *bool         `json:"shuffle,omitempty"`
		EqualRanks          *bool         `json:"equalRanks,omitempty"`
		Admission           *string       `json:"admission,omitempty"` // open or approve
	}

	// ByID is the payload of remove_nomination, unmerge_nomination, remove_participant,
	// make_admin, add_host and remove_host.
	ByID struct {
		CommandID string `json:"commandID,omitempty"`
		ID        string `json:"id"`
	}

	// SubmitRankings is the payload of submit_rankings.
	SubmitRankings struct {
		CommandID string              `json:"commandID,omitempty"`
		Rankings  []poll.NominationID `json:"rankings"`
		Ranks     []int               `json:"ranks,omitempty"`    // with equalRanks: of each of them, from 1 without a gap
		RestLast  bool                `json:"restLast,omitempty"` // with equalRanks: all others share one more, last rank
	}

	// PlayResult is the payload of play_result. What is left out stays as it is.
	PlayResult struct {
		CommandID string  `json:"commandID,omitempty"`
		Step      int     `json:"step,omitempty"`    // from 1 to the one after the furthest shown
		Playing   *bool   `json:"playing,omitempty"` // steps follow one another
		Speed     float64 `json:"speed,omitempty"`   // 0.25 to 4; 1 is a step every 5 seconds
	}

	// RosterRequest is the payload of roster.
	RosterRequest struct {
		After poll.UserID `json:"after,omitempty"` // the last id of the page before
		Limit int         `json:"limit,omitempty"` // default 100, at most 500

		Matching string `json:"matching,omitempty"` // those alone whose name has this in it, look-alikes folded
	}
)

// What the server answers and sends.
type (
	// Answer acknowledges a command. It is sent once the command is durable.
	Answer struct {
		OK         bool              `json:"ok"`
		Version    uint64            `json:"version,omitempty"`    // the first that includes the command
		Nomination poll.NominationID `json:"nomination,omitempty"` // of nominate: the new id
		Receipt    string            `json:"receipt,omitempty"`    // of submit_rankings: the voter's proof
		Error      *Error            `json:"error,omitempty"`
	}

	// Error is why a command was refused.
	Error struct {
		Code     string            `json:"code"`               // a poll.Code, CodeRateLimited or CodeInternal
		Message  string            `json:"message"`            // a sentence for a person
		Reason   string            `json:"reason"`             // which of the sentences it is
		Params   map[string]any    `json:"params,omitempty"`   // what stands in it: numbers, texts, lists of texts, times
		Existing poll.NominationID `json:"existing,omitempty"` // of duplicate: the nomination that is there
	}

	// Refusal is the data of connect_error.
	Refusal struct {
		Code   string         `json:"code"` // as of an Error
		Reason string         `json:"reason"`
		Params map[string]any `json:"params,omitempty"`
	}

	// Roster answers roster.
	Roster struct {
		OK           bool               `json:"ok"`
		Participants []poll.RosterEntry `json:"participants,omitempty"`
		Next         poll.UserID        `json:"next,omitempty"`  // absent on the last page
		Total        int                `json:"total,omitempty"` // how many there are on all pages
		Error        *Error             `json:"error,omitempty"`
	}

	// Waiting answers waiting_list.
	Waiting struct {
		OK        bool            `json:"ok"`
		Newcomers []poll.Newcomer `json:"newcomers,omitempty"`
		Next      uint64          `json:"next,omitempty"` // absent on the last page
		Error     *Error          `json:"error,omitempty"`
	}

	// Synced answers poll_sync: with a PollState, or an error.
	Synced struct {
		OK      bool           `json:"ok"`
		Version uint64         `json:"version,omitempty"`
		Poll    *poll.Document `json:"poll,omitempty"`
		Error   *Error         `json:"error,omitempty"`
	}

	// Screen answers present: with a token for a screen that can show the poll, and not
	// command it.
	Screen struct {
		OK          bool   `json:"ok"`
		AccessToken string `json:"accessToken,omitempty"`
		Error       *Error `json:"error,omitempty"`
	}

	// Moved answers run_again and next_poll: with the poll that runs this one again, and the
	// asker's token for it.
	Moved struct {
		OK          bool       `json:"ok"`
		PollID      string     `json:"pollID,omitempty"`
		AccessToken string     `json:"accessToken,omitempty"`
		ExpiresAt   *time.Time `json:"expiresAt,omitempty"`
		Error       *Error     `json:"error,omitempty"`
	}

	// DeviceCode answers device_code: with a code that works once, for a minute.
	DeviceCode struct {
		OK        bool       `json:"ok"`
		Code      string     `json:"code,omitempty"`
		ExpiresAt *time.Time `json:"expiresAt,omitempty"`
		Error     *Error     `json:"error,omitempty"`
	}

	// PollState is a whole poll.
	PollState struct {
		Version uint64 `json:"version"`
		//tsgen:notnull
		Poll *poll.Document `json:"poll"`
	}

	// PollPatch leads from one version to a later one, or from one to itself when
	// only presence changed.
	PollPatch struct {
		From  uint64          `json:"from"`
		To    uint64          `json:"to"`
		Patch json.RawMessage `json:"patch"` // RFC 7396
	}

	// PollEnded tells clients of patches why their poll is over for them. Base
	// clients get poll_cancelled, which carries nothing, when it is over for all;
	// else a last poll_updated in which they do not take part.
	PollEnded struct {
		Reason EndReason `json:"reason"`
	}

	// Exception tells a client why its command was refused, unless it asked for an
	// acknowledgement.
	Exception struct {
		Type    string `json:"type"` // BadRequest, Unauthorized or Unknown
		Message string `json:"message"`
		Error   *Error `json:"error,omitempty"` // as in an answer, for clients that follow patches
	}
)

// The codes that a poll itself does not answer with.
const (
	CodeRateLimited = "rate_limited" // the sender's token has asked too much; wait
	CodeInternal    = "internal"     // the server's own fault; whether the command took effect is unknown
)

// The types of an Exception.
const (
	ExceptionBadRequest   = "BadRequest"
	ExceptionUnauthorized = "Unauthorized"
	ExceptionUnknown      = "Unknown"
)

// An EndReason is why a poll is over for a client.
type EndReason string

// The reasons.
const (
	EndCancelled EndReason = "cancelled" // by its admin
	EndExpired   EndReason = "expired"   // its time is over
	EndRemoved   EndReason = "removed"   // the admin removed this participant
	EndLeft      EndReason = "left"      // this participant left, perhaps in another tab
	EndRejected  EndReason = "rejected"  // a host did not let this newcomer in
	EndClosed    EndReason = "closed"    // voting closed before a host let this newcomer in
)
