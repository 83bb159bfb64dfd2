package poll

import (
	"iter"
	"time"
	"unicode/utf8"
)

// A standing is where a person stands in a poll.
type standing uint8

const (
	away    standing = iota // left, or is the admin and has not come yet
	present                 // takes part
	removed                 // by a host, for good
	waiting                 // for a host to let them in
)

// A person is somebody a poll has seen.
type person struct {
	id       UserID
	name     string
	key      string // of the name, where names are distinct
	standing standing
	joined   uint64    // orders participants, and newcomers: see State.takePlace
	left     uint64    // the sequence of the last Leave
	came     time.Time // the first Join; zero where it was not kept

	spectates bool
	device    string // the mark of their browser when they first came, or ""

	// The participants who joined just before and just after; nil unless present.
	prev, next *person

	nominations int     // of theirs that stand
	ballot      *ballot // nil until they cast one
	commands    history
}

// joined yields the participants in the order in which they joined.
func (s *State) joined() iter.Seq[*person] {
	return func(yield func(*person) bool) {
		for p := s.first; p != nil && yield(p); p = p.next {
		}
	}
}

// enter makes p the newest participant.
func (s *State) enter(p *person) {
	delete(s.newcomers, p.id)
	p.standing, p.prev, p.next = present, s.last, nil
	if s.last == nil {
		s.first = p
	} else {
		s.last.next = p
	}
	s.last = p
	s.participants++
	if p.spectates {
		s.spectators++
	}
}

// takePlace puts p behind everybody who has joined.
func (s *State) takePlace(p *person) {
	s.lastJoined = max(s.lastJoined+1, s.version)
	p.joined = s.lastJoined
}

// exit takes p off the list of participants or newcomers, if it is on one.
func (s *State) exit(p *person, to standing) {
	if p.standing == present {
		if p.prev == nil {
			s.first = p.next
		} else {
			p.prev.next = p.next
		}
		if p.next == nil {
			s.last = p.prev
		} else {
			p.next.prev = p.prev
		}
		s.participants--
		if p.spectates {
			s.spectators--
		}
	}
	delete(s.newcomers, p.id)
	p.standing, p.prev, p.next = to, nil, nil
}

// MaxDevice is the longest mark of a device, in bytes.
const MaxDevice = 64

func validDevice(device string) bool { return len(device) <= MaxDevice && utf8.ValidString(device) }

func (c Join) check(s *State, e Entry) error {
	p := s.people[e.By]
	switch {
	case !validDevice(c.Device):
		return longDevice.Refuse(MaxDevice)
	case !validID(e.By):
		return userIDLength.Refuse(maxID)
	case !c.Name.valid(MaxName):
		return textLength.Refuse("name", 1, MaxName)
	case e.By == s.admin, p != nil && (p.standing == present || p.standing == waiting):
		return nil // a full poll must not lose its admin
	case p == nil && s.unwelcome[c.Device]:
		return barredDevice.Refuse()
	case p == nil && s.phase == Closed:
		return closedToNewcomers.Refuse()
	case p == nil && s.roomLocked:
		return lockedRoom.Refuse()
	case s.participants >= s.limits.Participants:
		return fullPoll.Refuse(s.participants)
	case p == nil && s.settings.Admission == ApproveAdmission && len(s.newcomers) >= s.limits.Participants:
		return tooManyWaiting.Refuse()
	case p == nil && s.rules < 2 && len(s.people) >= knownPerParticipant*s.limits.Participants:
		return tooManyGone.Refuse()
	}
	return nil
}

func (c Join) apply(s *State, e Entry) Outcome {
	p := s.people[e.By]
	fresh := p == nil
	if fresh {
		s.forgetSome()
		p = &person{id: e.By, device: c.Device}
		s.people[e.By] = p
	}
	if p.standing != away {
		return Outcome{Version: s.version}
	}
	s.name(p, c.Name)
	s.takePlace(p)
	p.spectates = c.Spectates && p.ballot == nil
	if s.rules > 0 && p.came.IsZero() {
		p.came = e.At
	}
	if fresh && s.settings.Admission == ApproveAdmission {
		p.standing = waiting
		s.newcomers[p.id] = p
	} else {
		s.enter(p)
	}
	return Outcome{Version: s.version}
}

// name gives a person their name. Where names are distinct they keep the first one.
func (s *State) name(p *person, name Text) {
	switch {
	case s.rules == 0:
		p.name = name.Text
	case p.key == "":
		p.name, p.key = s.distinct(name)
		s.names[p.key] = true
	}
}

func (Leave) check(s *State, e Entry) error {
	if s.IsWaiting(e.By) {
		return nil
	}
	return s.checkParticipant(e.By)
}

func (Leave) apply(s *State, e Entry) Outcome {
	p := s.people[e.By]
	switch {
	case p.standing == waiting:
		s.forget(p)
	case s.phase == Lobby, p.ballot == nil && s.turnoutShown():
		s.exit(p, away)
		if s.rules > 1 {
			p.left = s.version
		}
	default: // Anyone who has voted stays. Where nobody may know who has, so do the others.
	}
	return Outcome{Version: s.version}
}

func (c RemoveParticipant) check(s *State, e Entry) error {
	if err := s.checkHost(e.By); err != nil {
		return err
	}
	if err := s.checkNotOver(); err != nil {
		return err
	}
	switch p := s.people[c.ID]; {
	case c.ID == e.By && e.By == s.admin:
		return adminRemovesSelf.Refuse()
	case c.ID == e.By:
		return hostRemovesSelf.Refuse()
	case s.IsHost(c.ID) && e.By != s.admin:
		return removesHost.Refuse()
	case p == nil || p.standing == removed:
		return noSuchParticipant.Refuse()
	}
	return nil
}

func (c RemoveParticipant) apply(s *State, _ Entry) Outcome {
	s.remove(s.people[c.ID])
	return Outcome{Version: s.version}
}

// bar counts a person who was removed, and keeps strangers from coming in on their device.
func (s *State) bar(p *person) {
	s.barred++
	if p.device != "" {
		s.unwelcome[p.device] = true
	}
}

// remove ends a person's rights for good.
func (s *State) remove(p *person) {
	s.exit(p, removed)
	if p.ballot != nil {
		p.ballot = nil
		s.ballots--
	}
	p.commands = history{}
	s.bar(p)
	delete(s.hosts, p.id)
}

func (c MakeAdmin) check(s *State, e Entry) error {
	if err := s.checkAdmin(e.By); err != nil {
		return err
	}
	if !s.IsParticipant(c.ID) {
		return noSuchParticipant.Refuse()
	}
	return nil
}

func (c MakeAdmin) apply(s *State, _ Entry) Outcome {
	s.admin = c.ID
	delete(s.hosts, c.ID)
	return Outcome{Version: s.version}
}

// after returns the participant who joined next after the given one, who may have
// left since; the first one for "".
func (s *State) after(id UserID) *person {
	p := s.people[id]
	switch {
	case p == nil:
		return s.first
	case p.standing == present:
		return p.next
	}
	for q := range s.joined() {
		if q.joined > p.joined {
			return q
		}
	}
	return nil
}
