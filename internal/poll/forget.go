package poll

import (
	"cmp"
	"slices"
	"strings"
)

// knownPerParticipant bounds how many people a poll remembers, but for those who were
// removed, as a multiple of how many may take part at a time.
const knownPerParticipant = 4

// forgetSome makes room for a newcomer in a poll that knows too many people: those who left
// the longest ago are forgotten, but for as many as may take part at a time, and for those
// who have something here. A forgotten person comes back as somebody new. So whoever
// comes and goes takes nobody's place, and a poll grows only with what it has in it.
func (s *State) forgetSome() {
	if s.rules < 2 || len(s.people)-s.barred < knownPerParticipant*s.limits.Participants {
		return
	}
	holders := s.authors()
	var gone []*person
	for _, p := range s.people {
		if p.standing == away && !s.IsHost(p.id) && p.ballot == nil && !holders[p.id] {
			gone = append(gone, p)
		}
	}
	slices.SortFunc(gone, func(a, b *person) int { return cmp.Or(cmp.Compare(a.left, b.left), cmp.Compare(a.id, b.id)) })
	for _, p := range gone[:max(0, len(gone)-s.limits.Participants)] {
		s.forget(p)
	}
}

// authors are those of all nominations, merged and waiting ones included.
func (s *State) authors() map[UserID]bool {
	authors := make(map[UserID]bool)
	for _, list := range []map[NominationID]*nomination{s.nominations, s.waiting} {
		for _, n := range list {
			authors[n.by] = true
			for _, m := range n.merged {
				authors[m.by] = true
			}
		}
	}
	return authors
}

// forget is as if p had never come.
func (s *State) forget(p *person) {
	s.exit(p, away)
	delete(s.people, p.id)
	delete(s.names, p.key)
	if end := strings.LastIndexByte(p.key, ' '); end >= 0 {
		delete(s.namesakes, p.key[:end]) // its number is free
	}
}
