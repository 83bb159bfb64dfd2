package poll

import (
	"cmp"
	"iter"
	"maps"
	"slices"
	"time"
)

// An Admission is how newcomers come into a poll.
type Admission string

// The ways in.
const (
	OpenAdmission    Admission = ""        // whoever has the code
	ApproveAdmission Admission = "approve" // newcomers wait until a host lets them in
)

// ParseAdmission reads what people send: "open" and "" are OpenAdmission.
func ParseAdmission(raw string) (Admission, error) {
	switch raw {
	case "", "open":
		return OpenAdmission, nil
	case string(ApproveAdmission):
		return ApproveAdmission, nil
	}
	return "", unknownAdmission.Refuse()
}

// IsWaiting reports whether the user waits for a host to let them in.
func (s *State) IsWaiting(id UserID) bool { return s.newcomers[id] != nil }

// MustWait reports whether the user waits for a host to let them in, or would once they
// came.
func (s *State) MustWait(id UserID) bool {
	known := s.people[id] != nil || id == s.admin
	return s.IsWaiting(id) || !known && s.settings.Admission == ApproveAdmission && s.phase != Closed
}

// Newcomers yields those who wait to be let in, in no order. The state must not be
// changed meanwhile.
func (s *State) Newcomers() iter.Seq[UserID] { return maps.Keys(s.newcomers) }

func (s *State) queue() []*person {
	return slices.SortedFunc(maps.Values(s.newcomers), func(a, b *person) int { return cmp.Compare(a.joined, b.joined) })
}

func (c Admit) check(s *State, e Entry) error {
	n, err := s.checkNewcomers(e.By, c.IDs, c.All)
	if free := s.limits.Participants - s.participants; err == nil && n > free {
		return tooFewPlaces.Refuse(max(free, 0), n)
	}
	return err
}

func (c Admit) apply(s *State, _ Entry) Outcome {
	for _, p := range s.selected(c.IDs, c.All) {
		s.admit(p)
	}
	return Outcome{Version: s.version}
}

func (c Reject) check(s *State, e Entry) error {
	_, err := s.checkNewcomers(e.By, c.IDs, c.All)
	return err
}

func (c Reject) apply(s *State, _ Entry) Outcome {
	for _, p := range s.selected(c.IDs, c.All) {
		s.remove(p)
	}
	return Outcome{Version: s.version}
}

// checkNewcomers returns how many newcomers a host means, or why they cannot.
func (s *State) checkNewcomers(by UserID, ids []UserID, all bool) (n int, err error) {
	if err := s.checkHost(by); err != nil {
		return 0, err
	}
	if err := s.checkNotOver(); err != nil {
		return 0, err
	}
	if all == (len(ids) > 0) {
		return 0, nobodyNamed.Refuse()
	}
	if n = len(s.selected(ids, all)); n == 0 {
		return 0, nobodyWaits.Refuse()
	}
	return n, nil
}

// selected returns the newcomers among ids, each once, or all of them, in the order in
// which they came.
func (s *State) selected(ids []UserID, all bool) []*person {
	if all {
		return s.queue()
	}
	meant := make(map[UserID]*person, min(len(ids), len(s.newcomers)))
	for _, id := range ids {
		if p := s.newcomers[id]; p != nil {
			meant[id] = p
		}
	}
	return slices.SortedFunc(maps.Values(meant), func(a, b *person) int { return cmp.Compare(a.joined, b.joined) })
}

// admit makes a newcomer the newest participant.
func (s *State) admit(p *person) {
	s.takePlace(p)
	s.enter(p)
}

// admitAsRoomAllows lets in who waits, the first first, until the poll is full.
func (s *State) admitAsRoomAllows() {
	for _, p := range s.queue() {
		if s.participants >= s.limits.Participants {
			return
		}
		s.admit(p)
	}
}

// A Newcomer is somebody who waits to be let in, in the hosts' list.
type Newcomer struct {
	ID     UserID    `json:"id"`
	Name   string    `json:"name"`
	Since  time.Time `json:"since"`
	Online bool      `json:"online"` // not of the log: filled in by whoever counts connections

	Spectates bool `json:"spectates,omitempty"` // would only watch
}

// Waiting is a page of the newcomers, in the order in which they came, all but Online.
// It begins after the place that the page before ended at, or with the first for 0, and
// holds as many as a page of Roster. Next is what to ask for next, or 0 on the last page.
// Letting in or turning away people meanwhile makes nobody else missing or doubled.
func (s *State) Waiting(after uint64, limit int) (page []Newcomer, next uint64) {
	limit = pageSize(limit)
	page = []Newcomer{}
	for _, p := range s.queue() {
		if p.joined <= after {
			continue
		}
		if len(page) == limit {
			return page, next
		}
		page = append(page, Newcomer{ID: p.id, Name: p.name, Since: p.came, Spectates: p.spectates})
		next = p.joined
	}
	return page, 0
}

// Door is the poll as somebody sees it who waits outside.
type Door struct {
	PollID    string    `json:"pollID"`
	Topic     string    `json:"topic"`
	UserID    UserID    `json:"userID"`
	Name      string    `json:"name"` // as it will be in the poll
	ExpiresAt time.Time `json:"expiresAt"`
}

// Door is the poll as the given newcomer sees it; false for anybody else.
func (s *State) Door(id UserID) (Door, bool) {
	p := s.newcomers[id]
	if p == nil {
		return Door{}, false
	}
	return Door{PollID: s.id, Topic: s.settings.Topic, UserID: id, Name: p.name, ExpiresAt: s.expires}, true
}

// BaseDoor is the poll in the base contract's form for somebody who waits outside, with
// the name they have there, or for "" for one who is turned away. Clients of that contract
// do not know of waiting, but stay in a poll in which they take part and which has not started.
func (s *State) BaseDoor(id UserID, name string) *Base {
	b := &Base{
		ID:            s.id,
		Topic:         s.settings.Topic,
		VotesPerVoter: s.settings.VotesPerVoter,
		Participants:  map[UserID]string{},
		Nominations:   BaseNominations{},
		Rankings:      map[UserID][]NominationID{},
		Results:       []BaseResult{},
		AdminID:       s.admin,
		ExpiresAt:     s.expires,
	}
	if p := s.newcomers[id]; p != nil {
		name = p.name
	}
	if id != "" {
		b.Participants[id] = name
	}
	return b
}
