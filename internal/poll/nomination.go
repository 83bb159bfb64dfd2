package poll

import (
	"cmp"
	"maps"
	"slices"
)

// A nomination is an option, or one that wants to be.
type nomination struct {
	id    NominationID
	by    UserID
	text  Text
	order uint64 // the sequence of its Nominate
	index uint16 // in State.options; from StartVote on
}

// ordered returns the nominations in the order in which they were made.
func (s *State) ordered() []*nomination {
	return slices.SortedFunc(maps.Values(s.nominations), func(a, b *nomination) int { return cmp.Compare(a.order, b.order) })
}

func (c Nominate) check(s *State, e *Entry) error {
	if err := s.checkParticipant(e.By); err != nil {
		return err
	}
	if err := s.checkLobby(); err != nil {
		return err
	}
	switch _, taken := s.nominations[c.ID]; {
	case !validID(c.ID) || taken:
		return refuse(BadRequest, "A nomination needs an id of its own.")
	case !c.Text.valid(MaxNomination):
		return refuse(BadRequest, "text must be 1 to %d characters long", MaxNomination)
	}
	if same, ok := s.byKey[c.Text.Key]; ok {
		err := refuse(Duplicate, "“%s” is nominated already.", s.nominations[same].text.Text)
		err.Existing = same
		return err
	}
	switch {
	case s.people[e.By].nominations >= s.settings.NominationsPerVoter:
		return refuse(Limit, "You may make at most %d nominations; take one back first.", s.settings.NominationsPerVoter)
	case len(s.nominations) >= s.limits.Nominations:
		return refuse(Limit, "This poll is full: it may have at most %d nominations.", s.limits.Nominations)
	}
	return nil
}

func (c Nominate) apply(s *State, e *Entry) Outcome {
	s.nominations[c.ID] = &nomination{id: c.ID, by: e.By, text: c.Text, order: s.version}
	s.byKey[c.Text.Key] = c.ID
	s.people[e.By].nominations++
	return Outcome{Version: s.version, Nomination: c.ID}
}

func (c RemoveNomination) check(s *State, e *Entry) error {
	if e.By != s.admin {
		if err := s.checkParticipant(e.By); err != nil {
			return err
		}
	}
	if err := s.checkLobby(); err != nil {
		return err
	}
	switch n := s.nominations[c.ID]; {
	case n == nil:
		return refuse(NotFound, "There is no such nomination.")
	case e.By != s.admin && e.By != n.by:
		return refuse(Unauthorized, "Only its author and the admin may remove a nomination.")
	}
	return nil
}

func (c RemoveNomination) apply(s *State, _ *Entry) Outcome {
	n := s.nominations[c.ID]
	delete(s.nominations, c.ID)
	delete(s.byKey, n.text.Key)
	s.people[n.by].nominations--
	return Outcome{Version: s.version}
}
