package poll

import (
	"maps"
	"slices"
)

// MaxHosts is how many hosts a poll has at most beside its admin.
const MaxHosts = 20

// IsHost reports whether the user may run the poll: as its admin, or beside them.
func (s *State) IsHost(id UserID) bool { return id != System && (id == s.admin || s.hosts[id]) }

// Hosts are those who run the poll beside its admin, in the order of their ids.
func (s *State) Hosts() []UserID { return slices.Sorted(maps.Keys(s.hosts)) }

func (c AddHost) check(s *State, e Entry) error {
	if err := s.checkAdmin(e.By); err != nil {
		return err
	}
	switch {
	case !s.IsParticipant(c.ID):
		return noSuchParticipant.Refuse()
	case s.IsHost(c.ID):
		return hostAlready.Refuse()
	case len(s.hosts) >= MaxHosts:
		return tooManyHosts.Refuse(MaxHosts)
	}
	return nil
}

func (c AddHost) apply(s *State, _ Entry) Outcome {
	s.hosts[c.ID] = true
	return Outcome{Version: s.version}
}

func (c RemoveHost) check(s *State, e Entry) error {
	if e.By != c.ID || e.By == s.admin {
		if err := s.checkAdmin(e.By); err != nil {
			return err
		}
	}
	if !s.hosts[c.ID] {
		return notAHost.Refuse()
	}
	return nil
}

func (c RemoveHost) apply(s *State, _ Entry) Outcome {
	delete(s.hosts, c.ID)
	return Outcome{Version: s.version}
}
