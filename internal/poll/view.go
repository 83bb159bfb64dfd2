package poll

import (
	"cmp"
	"encoding/hex"
	"maps"
	"strings"
	"time"

	"github.com/caucus-live/caucus/internal/tally"
)

// A Document is what everybody in a poll sees, for clients that follow patches.
// Its size does not grow with the number of people.
type Document struct {
	ID          string                      `json:"id"`
	Phase       Phase                       `json:"phase"`
	NextPoll    string                      `json:"nextPoll,omitempty"` // runs this one again with the same people
	AdminID     UserID                      `json:"adminID"`
	Hosts       []UserID                    `json:"hosts,omitempty"` // who run the poll beside the admin
	Settings    Settings                    `json:"settings"`
	CreatedAt   time.Time                   `json:"createdAt"`
	ExpiresAt   time.Time                   `json:"expiresAt"`
	Extendable  time.Time                   `json:"extendableUntil,omitzero"` // up to which the admin can have it end later; absent if they cannot
	ClosesAt    time.Time                   `json:"closesAt"`                 // when voting ends on its own at the latest: Settings.ClosesAt, or in time before the poll expires
	Nominations map[NominationID]Nomination `json:"nominations"`
	Locked      bool                        `json:"nominationsLocked,omitempty"`  // hosts alone nominate, for now
	Waiting     int                         `json:"waitingNominations,omitempty"` // for a host to approve them; see Me

	RoomLocked       bool     `json:"roomLocked,omitempty"`   // nobody new comes in
	WaitingCount     int      `json:"waitingCount,omitempty"` // newcomers who wait for a host to let them in
	ParticipantCount int      `json:"participantCount"`
	SpectatorCount   int      `json:"spectatorCount,omitempty"` // among the participants; they do not vote
	OnlineCount      int      `json:"onlineCount"`              // not of the log: filled in by whoever counts connections
	BallotCount      *int     `json:"ballotCount,omitempty"`    // absent while turnout is not shown
	Newest           []Person `json:"newest"`                   // the newest participants, newest first, at most NewestShown

	Commitment     string  `json:"commitment,omitempty"`     // hex SHA-256 of the opening, from the opening of voting; see Opening
	SeedCommitment string  `json:"seedCommitment,omitempty"` // hex SHA-256 of the draw's seed, from the opening of voting
	Seed           string  `json:"seed,omitempty"`           // hex, once closed; where the result is revealed by hand, from its first step
	Reveal         *Reveal `json:"reveal,omitempty"`         // once closed, where the result is revealed by hand
	Results        *Digest `json:"results,omitempty"`        // once closed and revealed; in short, see State.Results
}

// NewestShown is how many of the newest participants a Document names.
const NewestShown = 12

// A Nomination is an option as people see it.
type Nomination struct {
	UserID UserID   `json:"userID"`
	Text   string   `json:"text"`
	Note   string   `json:"note,omitempty"`
	Link   string   `json:"link,omitempty"` // http or https
	Order  uint64   `json:"order"`          // nominations are listed by it, lowest first
	Merged []Merged `json:"merged,omitempty"`
}

// Merged is a nomination that a host has merged into another.
type Merged struct {
	ID     NominationID `json:"id"`
	UserID UserID       `json:"userID"`
	Text   string       `json:"text"`
}

// A WaitingNomination is one that a host has not approved yet.
type WaitingNomination struct {
	ID     NominationID `json:"id"`
	UserID UserID       `json:"userID"`
	Text   string       `json:"text"`
	Note   string       `json:"note,omitempty"`
	Link   string       `json:"link,omitempty"`
}

// A Person is a participant as others see them.
type Person struct {
	ID   UserID `json:"id"`
	Name string `json:"name"`
}

// Me is what concerns one person alone.
type Me struct {
	UserID  UserID         `json:"userID"`
	Name    string         `json:"name"`
	Role    Role           `json:"role"`
	Ballot  []NominationID `json:"ballot"`          // empty until cast, never null
	Ranks   []int          `json:"ranks,omitempty"` // of each of Ballot, from 1 without a gap; absent: each has its own
	Voted   bool           `json:"voted"`
	Receipt string         `json:"receipt,omitempty"`

	Spectates bool `json:"spectates,omitempty"` // only watches

	Waiting []WaitingNomination `json:"waiting,omitempty"` // nominations: a host's to approve; of a guest their own
}

// A Summary is what anybody may know of a poll who has its code.
type Summary struct {
	ID               string    `json:"id"`
	Topic            string    `json:"topic"`
	Phase            Phase     `json:"phase"`
	ParticipantCount int       `json:"participantCount"`
	NominationCount  int       `json:"nominationCount"`
	BallotCount      *int      `json:"ballotCount,omitempty"`
	Revealed         bool      `json:"revealed,omitempty"`   // the result is there for everybody
	Anonymous        bool      `json:"anonymous,omitempty"`  // people may join without a name
	RoomLocked       bool      `json:"roomLocked,omitempty"` // nobody new comes in
	ExpiresAt        time.Time `json:"expiresAt"`
	Admission        Admission `json:"admission,omitempty"` // how newcomers come in
}

// A RosterEntry is one participant in the admin's list.
type RosterEntry struct {
	ID     UserID `json:"id"`
	Name   string `json:"name"`
	Online bool   `json:"online"`         // not of the log: filled in by whoever counts connections
	Voted  bool   `json:"voted"`          // false while turnout is not shown
	Role   Role   `json:"role,omitempty"` // absent for a guest

	Spectates bool `json:"spectates,omitempty"` // only watches
}

// The pages of a roster.
const (
	RosterPage    = 100 // participants on a page, unless asked for otherwise
	MaxRosterPage = 500
)

// Document is the poll as everybody in it sees it, all but OnlineCount. It takes
// time and memory by the number of nominations, not by that of people. What is within
// its Results is shared and must not be changed; the rest is the caller's.
func (s *State) Document() Document {
	d := Document{
		ID:               s.id,
		Phase:            s.phase,
		NextPoll:         s.next,
		AdminID:          s.admin,
		Hosts:            s.Hosts(),
		Locked:           s.locked,
		Waiting:          len(s.waiting),
		Settings:         s.settings,
		CreatedAt:        s.created,
		ExpiresAt:        s.expires,
		ClosesAt:         s.ClosesAt(),
		Nominations:      make(map[NominationID]Nomination, len(s.nominations)),
		RoomLocked:       s.roomLocked,
		WaitingCount:     len(s.newcomers),
		ParticipantCount: s.participants,
		SpectatorCount:   s.spectators,
		BallotCount:      s.shownBallots(),
		Newest:           make([]Person, 0, NewestShown),
	}
	if latest := s.Latest(); latest.After(s.expires) {
		d.Extendable = latest
	}
	for _, n := range s.nominations {
		d.Nominations[n.id] = n.view()
	}
	for p := s.last; p != nil && len(d.Newest) < NewestShown; p = p.prev {
		d.Newest = append(d.Newest, Person{ID: p.id, Name: p.name})
	}
	if s.seed != nil {
		d.Commitment, d.SeedCommitment = s.commitment(), tally.Commit(s.seed)
	}
	if s.Revealed() || s.phase == Closed && s.reveal.reached > 0 {
		d.Seed = hex.EncodeToString(s.seed)
	}
	if s.Revealed() {
		d.Results = s.results.digest()
	}
	d.Reveal = s.revealView()
	return d
}

func (n *nomination) view() Nomination {
	view := Nomination{UserID: n.by, Text: n.text.Text, Note: n.note, Link: n.link, Order: n.order}
	for _, m := range n.merged {
		view.Merged = append(view.Merged, Merged{m.id, m.by, m.text.Text})
	}
	return view
}

// Me is what concerns the given participant alone; false for anybody else.
func (s *State) Me(id UserID) (Me, bool) {
	if !s.IsParticipant(id) {
		return Me{}, false
	}
	p := s.people[id]
	me := Me{UserID: id, Name: p.name, Ballot: s.rankingOf(p.ballot), Ranks: p.ballot.rankList(), Spectates: p.spectates}
	me.Role = cmp.Or(s.hostRole(id), Participant)
	if len(s.waiting) > 0 { // to sort nothing would allocate, for each ballot
		for _, n := range inOrder(maps.Values(s.waiting)) {
			if s.IsHost(id) || n.by == id {
				me.Waiting = append(me.Waiting, WaitingNomination{n.id, n.by, n.text.Text, n.note, n.link})
			}
		}
	}
	if p.ballot != nil {
		me.Voted, me.Receipt = true, p.ballot.Receipt
	}
	return me, true
}

// Summary is what anybody may know who has the poll's code.
func (s *State) Summary() Summary {
	return Summary{
		ID:               s.id,
		Topic:            s.settings.Topic,
		Phase:            s.phase,
		ParticipantCount: s.participants,
		NominationCount:  len(s.nominations),
		BallotCount:      s.shownBallots(),
		Revealed:         s.Revealed(),
		Anonymous:        s.settings.Anonymous,
		RoomLocked:       s.roomLocked,
		ExpiresAt:        s.expires,
		Admission:        s.settings.Admission,
	}
}

// Roster is a page of the participants, in the order in which they joined, all but
// Online. It begins after the participant who was last on the page before, or with
// the first for "", and holds at most limit: RosterPage if limit is below 1, and never
// more than MaxRosterPage. Next is what to ask for next, or "" on the last page.
//
// It has only those whose name has matching in it, a [Text.Key] of [ParseName]; all
// match "".
func (s *State) Roster(after UserID, limit int, matching string) (page []RosterEntry, next UserID) {
	limit = pageSize(limit)
	page = []RosterEntry{}
	for p := s.after(after); p != nil; p = p.next {
		if !p.matches(matching) {
			continue
		}
		if len(page) == limit {
			return page, page[limit-1].ID
		}
		page = append(page, RosterEntry{
			ID: p.id, Name: p.name, Voted: p.ballot != nil && s.turnoutShown(), Role: s.hostRole(p.id), Spectates: p.spectates,
		})
	}
	return page, ""
}

// RosterSize is how many participants are on all pages of the roster.
func (s *State) RosterSize(matching string) int {
	if matching == "" {
		return s.participants
	}
	n := 0
	for p := s.after(""); p != nil; p = p.next {
		if p.matches(matching) {
			n++
		}
	}
	return n
}

// matches reports whether matching is in the key of the person's name. Polls of old rules
// keep no keys.
func (p *person) matches(matching string) bool {
	return matching == "" || strings.Contains(cmp.Or(p.key, skeleton(p.name)), matching)
}

func pageSize(limit int) int {
	if limit < 1 {
		return RosterPage
	}
	return min(limit, MaxRosterPage)
}

// turnoutShown reports whether others may know who has voted.
func (s *State) turnoutShown() bool { return s.settings.ShowTurnout || s.Revealed() }

// hostRole is the role of somebody who runs the poll, and "" of others.
func (s *State) hostRole(id UserID) Role {
	switch {
	case id == s.admin:
		return Admin
	case s.hosts[id]:
		return Host
	}
	return ""
}

func (s *State) shownBallots() *int {
	if !s.turnoutShown() {
		return nil
	}
	return new(s.ballots)
}
