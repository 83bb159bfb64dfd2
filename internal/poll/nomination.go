package poll

import (
	"cmp"
	"iter"
	"maps"
	"slices"
)

// A nomination is an option, or one that wants to be.
type nomination struct {
	id     NominationID
	by     UserID
	text   Text
	note   string
	link   string
	order  uint64        // the sequence of its Nominate, or the place that a host gave it
	given  bool          // with the poll: it does not count as its author's
	merged []*nomination // into this one
	index  uint16        // in State.options; from StartVote on
}

// ordered returns the nominations in the order in which they are listed.
func (s *State) ordered() []*nomination { return inOrder(maps.Values(s.nominations)) }

func inOrder(all iter.Seq[*nomination]) []*nomination {
	return slices.SortedFunc(all, func(a, b *nomination) int { return cmp.Compare(a.order, b.order) })
}

// checkNominates returns why the user may not nominate at all, or nil.
func (s *State) checkNominates(by UserID) error {
	if err := s.checkParticipant(by); err != nil {
		return err
	}
	if err := s.checkLobby(); err != nil {
		return err
	}
	switch {
	case s.IsHost(by):
		return nil
	case s.people[by].spectates:
		return spectatorNominates.Refuse()
	case s.settings.HostNominates:
		return hostsNominate.Refuse()
	case s.locked:
		return nominationsLocked.Refuse()
	}
	return nil
}

func (c Nominate) check(s *State, e Entry) error {
	if err := s.checkNominates(e.By); err != nil {
		return err
	}
	if !validID(c.ID) || s.known(c.ID) {
		return nominationID.Refuse()
	}
	if err := s.checkOption(Option(c), ""); err != nil {
		return err
	}
	switch {
	case s.people[e.By].nominations >= s.settings.NominationsPerVoter:
		return tooManyOfYours.Refuse(s.settings.NominationsPerVoter)
	case len(s.nominations)+len(s.waiting) >= s.limits.Nominations:
		return tooManyNominations.Refuse(s.limits.Nominations)
	}
	return nil
}

// newNomination is listed behind all that were before it.
func (s *State) newNomination(o Option, by UserID) *nomination {
	s.lastOrder = max(s.lastOrder+1, s.version)
	return &nomination{id: o.ID, by: by, text: o.Text, note: o.Note, link: o.Link, order: s.lastOrder}
}

// counts counts a nomination that comes or goes as one of its author's.
func (s *State) counts(n *nomination, change int) {
	if !n.given {
		s.people[n.by].nominations += change
	}
}

// known reports whether a nomination has the id, or had it before it was merged.
func (s *State) known(id NominationID) bool {
	if s.nominations[id] != nil || s.waiting[id] != nil {
		return true
	}
	for _, n := range s.nominations {
		if slices.ContainsFunc(n.merged, func(m *nomination) bool { return m.id == id }) {
			return true
		}
	}
	return false
}

// checkOption checks the texts of a nomination, whose id is that of the one that may have
// the same text: itself, when it is edited.
func (s *State) checkOption(o Option, id NominationID) error {
	if err := o.check(); err != nil {
		return err
	}
	if same, ok := s.byKey[o.Text.Key]; ok && same != id {
		return s.duplicate(same)
	}
	return nil
}

func (s *State) duplicate(id NominationID) *Error {
	if n := s.waiting[id]; n != nil {
		return waitsAlready.Refuse(n.text.Text)
	}
	err := nominatedAlready.Refuse(s.nominations[id].text.Text)
	err.Existing = id
	return err
}

func (c Nominate) apply(s *State, e Entry) Outcome {
	n := s.newNomination(Option(c), e.By)
	if s.settings.ApproveNominations && !s.IsHost(e.By) {
		s.waiting[c.ID] = n
	} else {
		s.nominations[c.ID] = n
	}
	s.byKey[c.Text.Key] = c.ID
	s.people[e.By].nominations++
	return Outcome{Version: s.version, Nomination: c.ID}
}

func (c ApproveNominations) check(s *State, e Entry) error {
	if err := s.checkHostInLobby(e.By); err != nil {
		return err
	}
	return s.checkIDs(c.IDs, s.waiting)
}

func (c ApproveNominations) apply(s *State, _ Entry) Outcome {
	for _, id := range c.IDs {
		s.nominations[id] = s.waiting[id]
		delete(s.waiting, id)
	}
	return Outcome{Version: s.version}
}

func (s *State) checkHostInLobby(by UserID) error {
	if err := s.checkHost(by); err != nil {
		return err
	}
	return s.checkLobby()
}

// checkIDs checks that ids are some of the given nominations, each once.
func (s *State) checkIDs(ids []NominationID, among map[NominationID]*nomination) error {
	if len(ids) == 0 || len(ids) > s.limits.Nominations {
		return noNominationIDs.Refuse()
	}
	seen := make(map[NominationID]bool, len(ids))
	for _, id := range ids {
		switch {
		case among[id] == nil:
			return noSuchNomination.Refuse()
		case seen[id]:
			return nominationTwice.Refuse()
		}
		seen[id] = true
	}
	return nil
}

func (c RemoveNomination) check(s *State, e Entry) error {
	if !s.IsHost(e.By) {
		if err := s.checkParticipant(e.By); err != nil {
			return err
		}
	}
	if err := s.checkLobby(); err != nil {
		return err
	}
	switch n := cmp.Or(s.nominations[c.ID], s.waiting[c.ID]); {
	case n == nil:
		return noSuchNomination.Refuse()
	case !s.IsHost(e.By) && e.By != n.by:
		return notYourNomination.Refuse()
	}
	return nil
}

func (c RemoveNomination) apply(s *State, e Entry) Outcome {
	n := cmp.Or(s.nominations[c.ID], s.waiting[c.ID])
	if s.IsHost(e.By) {
		s.removeNomination(n)
	} else {
		s.withdraw(n, func(by UserID) bool { return by == e.By })
	}
	return Outcome{Version: s.version}
}

// withdraw takes out of an option what the given people nominated. What others did, and a host merged
// into it, stays one option: the first of them has it.
func (s *State) withdraw(n *nomination, of func(UserID) bool) {
	if s.rules < 3 {
		if of(n.by) {
			s.removeNomination(n)
		}
		return
	}
	all := append([]*nomination{n}, n.merged...)
	left := slices.DeleteFunc(slices.Clone(all), func(m *nomination) bool { return of(m.by) })
	if len(left) == len(all) {
		return
	}
	s.removeNomination(n)
	if len(left) == 0 {
		return
	}
	first := left[0]
	first.merged = left[1:]
	s.nominations[first.id] = first
	s.counts(first, 1)
	for _, m := range left {
		s.byKey[m.text.Key] = first.id
	}
}

// removeNomination takes a nomination out, with those that were merged into it.
func (s *State) removeNomination(n *nomination) {
	delete(s.nominations, n.id)
	delete(s.waiting, n.id)
	delete(s.byKey, n.text.Key)
	s.counts(n, -1)
	for _, m := range n.merged {
		delete(s.byKey, m.text.Key)
	}
}

// WaitingAuthors are those whose nominations wait for a host, in no order.
func (s *State) WaitingAuthors() []UserID {
	if len(s.waiting) == 0 {
		return nil
	}
	authors := make(map[UserID]bool)
	for _, n := range s.waiting {
		authors[n.by] = true
	}
	return slices.Collect(maps.Keys(authors))
}
