package poll

import (
	"cmp"
	"maps"
	"slices"
	"time"
)

// A Returning is somebody who took part in a poll that is run again. They are known to the
// new one as somebody who was in: neither a locked room nor approval keeps them out.
type Returning struct {
	ID   UserID `json:"id"`
	Name Text   `json:"n"`
	Host bool   `json:"h,omitempty"`

	Device string `json:"d,omitempty"` // see [Join]
}

// Again is what creates the poll once more: with its settings but for the time at which
// voting ends, its options, its admin, hosts and participants. What is drawn or depends on
// the time (ids, Expires, Latest, Limits, Rules) is the caller's to fill in.
func (s *State) Again() Create {
	c := Create{Admin: s.admin, Settings: s.settings}
	c.Settings.ClosesAt = time.Time{}
	for _, n := range s.ordered() {
		c.Options = append(c.Options, Option{Text: n.text, Note: n.note, Link: n.link})
	}
	for p := range s.joined() {
		c.People = append(c.People, Returning{ID: p.id, Name: Text{Text: p.name, Key: p.nameKey()}, Host: s.hosts[p.id], Device: p.device})
	}
	c.Marks, c.Unwelcome = s.Marks(), slices.Sorted(maps.Keys(s.unwelcome))
	c.Unwelcome = c.Unwelcome[:min(len(c.Unwelcome), s.limits.Participants)]
	return c
}

// nameKey is the key of a person's name. Polls of old rules keep none.
func (p *person) nameKey() string {
	if p.key == "" {
		return skeleton(p.name)
	}
	return p.key
}

// Lifetime is how long the poll was to live when it was made.
func (s *State) Lifetime() time.Duration { return s.FirstExpires().Sub(s.created) }

// Marks is the poll within which the marks of devices tell them apart: this one, or the first
// of those that it runs again.
func (s *State) Marks() string { return cmp.Or(s.marks, s.id) }

// Next is the poll that runs this one again, or "".
func (s *State) Next() string { return s.next }

func (c RunAgain) check(s *State, e Entry) error {
	if err := s.checkAdmin(e.By); err != nil {
		return err
	}
	if err := s.checkCounted(); err != nil {
		return err
	}
	switch {
	case s.next != "":
		return runAgainAlready.Refuse()
	case !validID(c.PollID):
		return noPollID.Refuse()
	}
	return nil
}

func (c RunAgain) apply(s *State, _ Entry) Outcome {
	s.next = c.PollID
	return Outcome{Version: s.version}
}

func (c *Create) checkPeople() error {
	if len(c.People) > c.Limits.Participants+1+MaxHosts {
		return tooManyPeople.Refuse(c.Limits.Participants)
	}
	seen, hosts := make(map[UserID]bool, len(c.People)), 0
	for _, p := range c.People {
		if !validID(p.ID) || seen[p.ID] || !p.Name.valid(MaxName) {
			return samePeople.Refuse()
		}
		seen[p.ID] = true
		if !validDevice(p.Device) {
			return longDevice.Refuse(MaxDevice)
		}
		if p.Host {
			hosts++
		}
	}
	if hosts > MaxHosts {
		return tooManyHosts.Refuse(MaxHosts)
	}
	if len(c.Unwelcome) > c.Limits.Participants {
		return tooManyPeople.Refuse(c.Limits.Participants)
	}
	if c.Marks != "" && !validID(c.Marks) {
		return noPollID.Refuse()
	}
	if slices.ContainsFunc(c.Unwelcome, func(device string) bool { return device == "" || !validDevice(device) }) {
		return longDevice.Refuse(MaxDevice)
	}
	return nil
}

// welcomeBack has a new poll know people who may come.
func (s *State) welcomeBack(people []Returning) {
	for _, r := range people {
		p := s.people[r.ID]
		if p == nil {
			p = &person{id: r.ID}
			s.people[r.ID] = p
		}
		p.device = r.Device
		s.name(p, r.Name)
		if r.Host && r.ID != s.admin {
			s.hosts[r.ID] = true
		}
	}
}

// goOn has the marks of devices be those of the polls that this one runs again, and keeps out whom they kept out.
func (s *State) goOn(marks string, unwelcome []string) {
	s.marks, s.before = marks, unwelcome
	for _, device := range unwelcome {
		s.unwelcome[device] = true
	}
}
