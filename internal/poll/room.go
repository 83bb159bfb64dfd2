package poll

import (
	"maps"
	"slices"
	"strings"
)

// IsSpectator reports whether the user takes part and only watches.
func (s *State) IsSpectator(id UserID) bool { return s.IsParticipant(id) && s.people[id].spectates }

func (c Spectate) check(s *State, e Entry) error {
	if err := s.checkParticipant(e.By); err != nil {
		return err
	}
	if err := s.checkNotOver(); err != nil {
		return err
	}
	if s.people[e.By].ballot != nil {
		return spectatorVoted.Refuse()
	}
	return nil
}

func (c Spectate) apply(s *State, e Entry) Outcome {
	p := s.people[e.By]
	switch {
	case c.On && !p.spectates:
		s.spectators++
	case !c.On && p.spectates:
		s.spectators--
	}
	p.spectates = c.On
	return Outcome{Version: s.version}
}

func (c LockRoom) check(s *State, e Entry) error {
	if err := s.checkHost(e.By); err != nil {
		return err
	}
	return s.checkNotOver()
}

func (c LockRoom) apply(s *State, _ Entry) Outcome {
	s.roomLocked = c.Locked
	return Outcome{Version: s.version}
}

func (c RemoveParticipants) check(s *State, e Entry) error {
	if err := s.checkHost(e.By); err != nil {
		return err
	}
	if err := s.checkNotOver(); err != nil {
		return err
	}
	if c.Since.IsZero() && c.Matching == "" {
		return floodUnnamed.Refuse()
	}
	for _, p := range s.people {
		if c.means(s, p) {
			return nil
		}
	}
	return noSuchParticipant.Refuse()
}

// means reports whether a person is one of those to be removed.
func (c RemoveParticipants) means(s *State, p *person) bool {
	return p.standing != removed && !s.IsHost(p.id) && p.name != "" &&
		(c.Since.IsZero() || !p.came.IsZero() && !p.came.Before(c.Since)) &&
		(c.Matching == "" || strings.Contains(p.key, c.Matching))
}

func (c RemoveParticipants) apply(s *State, _ Entry) Outcome {
	gone := make(map[UserID]bool)
	for id, p := range s.people {
		if c.means(s, p) {
			s.remove(p)
			gone[id] = true
		}
	}
	if s.phase == Lobby {
		for _, list := range []map[NominationID]*nomination{s.nominations, s.waiting} {
			for _, n := range slices.Collect(maps.Values(list)) {
				s.withdraw(n, func(by UserID) bool { return gone[by] })
			}
		}
	}
	return Outcome{Version: s.version}
}
