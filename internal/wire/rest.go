package wire

import (
	"time"

	"github.com/caucus-live/caucus/internal/poll"
)

// The bodies of the REST routes.
type (
	// CreatePoll is the body of POST /polls. Only the first three are required.
	CreatePoll struct {
		Topic         string `json:"topic"`
		VotesPerVoter int    `json:"votesPerVoter"`
		Name          string `json:"name"`

		Method              string `json:"method,omitempty"`
		Seats               int    `json:"seats,omitempty"`
		NominationsPerVoter int    `json:"nominationsPerVoter,omitempty"`
		AllowPartial        *bool  `json:"allowPartial,omitempty"`
		ChangeableVote      *bool  `json:"changeableVote,omitempty"`
		ShowTurnout         *bool  `json:"showTurnout,omitempty"`
		DeclareTies         bool   `json:"declareTies,omitempty"`
		ClosesAt            string `json:"closesAt,omitempty"` // RFC 3339
		Reveal              bool   `json:"reveal,omitempty"`   // the close shows nobody the result: the admin reveals it

		HostNominates      bool  `json:"hostNominates,omitempty"`
		ApproveNominations bool  `json:"approveNominations,omitempty"`
		Anonymous          bool  `json:"anonymous,omitempty"`
		Shuffle            *bool `json:"shuffle,omitempty"`

		EqualRanks bool `json:"equalRanks,omitempty"` // several options may share a rank; not for score, plurality, dowdall and stv

		Admission string `json:"admission,omitempty"` // open (the default), or approve: newcomers wait until a host lets them in

		Options []poll.DraftOption `json:"options,omitempty"` // nominated with the poll

		Spectates bool `json:"spectates,omitempty"` // the creator does not vote
		Lifetime  int  `json:"lifetime,omitempty"`  // seconds; at least an hour, at most what the server allows

		Patches bool `json:"patches,omitempty"` // the answer need not carry the poll

		CommandID string `json:"commandID,omitempty"` // 22 to 64 characters that nobody guesses; sent again, the request finds the poll of the first
	}

	// JoinPoll is the body of POST /polls/join.
	JoinPoll struct {
		PollID string `json:"pollID"`
		Name   string `json:"name"`

		Spectates bool `json:"spectates,omitempty"` // only watches; for clients of patches

		Patches bool `json:"patches,omitempty"` // the answer need not carry the poll
	}

	// RejoinPoll is the body of POST /polls/rejoin.
	RejoinPoll struct {
		AccessToken string `json:"accessToken"`
	}

	// Joined answers POST /polls and POST /polls/join.
	Joined struct {
		PollID      string     `json:"pollID"`
		Poll        *poll.Base `json:"poll,omitempty"` // its size grows with the room; not for clients of patches
		AccessToken string     `json:"accessToken"`
		ExpiresAt   time.Time  `json:"expiresAt,omitzero"` // of the poll, and with it of the token
	}

	// UseDevice is the body of POST /polls/device.
	UseDevice struct {
		Code string `json:"code"` // from device_code; it works once

		CommandID string `json:"commandID,omitempty"` // at most 64 bytes; with the same one the code works again
	}

	// PollResults answers GET /polls/{id}/results.
	PollResults struct {
		ID          string                  `json:"id"`
		Topic       string                  `json:"topic"`
		Nominations []poll.ExportNomination `json:"nominations"` // in their order; the results speak of them by id
		//tsgen:notnull
		Results    *poll.Results `json:"results"`
		Committed  string        `json:"commitment,omitempty"` // hex SHA-256 of the opening
		Commitment string        `json:"seedCommitment"`       // hex SHA-256 of the draw's seed, known since voting began
		Seed       string        `json:"seed"`                 // hex
		ExpiresAt  time.Time     `json:"expiresAt"`            // when the poll, and this result with it, ends
	}

	// Health answers GET /healthz and GET /readyz.
	Health struct {
		Status  string `json:"status"` // "ok"
		Version string `json:"version"`
	}

	// Site answers GET /site: where the server is reached.
	Site struct {
		URL       string   `json:"url"`       // for links and QR codes; ends with a slash
		Addresses []string `json:"addresses"` // where other devices may reach it, the likeliest first; at least one
		Seen      Seen     `json:"seen"`
	}

	// Seen is what the request that asked looks like to the server.
	Seen struct {
		URL       string   `json:"url"`       // that it came for, as far as the server can tell
		Address   string   `json:"address"`   // that limits count it for: of IPv6 the network's
		Port      int      `json:"port"`      // that it came from: of the client, or of the nearest proxy
		Forwarded []string `json:"forwarded"` // header fields of proxies that it has
		Trusted   bool     `json:"trusted"`   // these are believed
	}

	// Reason is which sentence a message is, and what stands in it.
	Reason struct {
		Reason string         `json:"reason"`
		Params map[string]any `json:"params,omitempty"` // numbers, texts, lists of texts, times
	}

	// Problem is the body of every REST error.
	Problem struct {
		StatusCode int      `json:"statusCode"`
		Code       string   `json:"code"`     // a poll.Code, CodeRateLimited or CodeInternal
		Message    []string `json:"message"`  // what the original server sends
		Messages   []string `json:"messages"` // what the original client reads
		Reasons    []Reason `json:"reasons"`  // of each message
		Error      string   `json:"error"`
	}
)

// Draft is the request without what concerns its answer.
func (c *CreatePoll) Draft() poll.Draft {
	return poll.Draft{
		Topic:               c.Topic,
		VotesPerVoter:       c.VotesPerVoter,
		Name:                c.Name,
		Method:              c.Method,
		Seats:               c.Seats,
		NominationsPerVoter: c.NominationsPerVoter,
		AllowPartial:        c.AllowPartial,
		ChangeableVote:      c.ChangeableVote,
		ShowTurnout:         c.ShowTurnout,
		DeclareTies:         c.DeclareTies,
		ClosesAt:            c.ClosesAt,
		Reveal:              c.Reveal,
		HostNominates:       c.HostNominates,
		ApproveNominations:  c.ApproveNominations,
		Anonymous:           c.Anonymous,
		Shuffle:             c.Shuffle,
		EqualRanks:          c.EqualRanks,
		Admission:           c.Admission,
		Options:             c.Options,
		Lifetime:            c.Lifetime,
	}
}
