package poll

import (
	"bytes"
	"cmp"
	"crypto/hmac"
	"crypto/sha256"
	"maps"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"
)

// The longest note of an option, in characters, and its longest link, in bytes.
const (
	MaxNote = 280
	MaxLink = 500
)

// An Option is what somebody says of an option.
type Option struct {
	ID   NominationID `json:"id"`
	Text Text         `json:"n"`
	Note string       `json:"o,omitempty"`
	Link string       `json:"l,omitempty"` // http or https
}

// ParseOption normalises an option and refuses it with an *Error of code BadRequest: for
// its text, for a note that is too long, or for a link that does not lead to a web page. Note
// and link may be empty.
func ParseOption(text, note, link string) (Option, error) {
	return parseOption("", text, note, link)
}

// parseOption is ParseOption for fields with a prefix.
func parseOption(in, text, note, link string) (Option, error) {
	parsed, err := ParseText(in+"text", text, MaxNomination)
	if err != nil {
		return Option{}, err
	}
	o := Option{Text: parsed}
	if strings.TrimSpace(note) != "" {
		n, err := ParseText(in+"note", note, MaxNote)
		if err != nil {
			return Option{}, err
		}
		o.Note = n.Text
	}
	if o.Link = strings.TrimSpace(link); o.Link != "" && !isLink(o.Link) {
		return Option{}, notALink.Refuse(in+"link", MaxLink)
	}
	return o, nil
}

// isLink reports whether a text is the whole address of a web page, without a password
// and without a character that could be taken for the end of it.
func isLink(link string) bool {
	u, err := url.Parse(link)
	return err == nil && len(link) <= MaxLink && (u.Scheme == "http" || u.Scheme == "https") && u.Host != "" && u.User == nil &&
		clean(link) == link && !strings.ContainsAny(link, " <>\"")
}

// check returns the *Error with which an option is refused that is not one of ParseOption.
func (o *Option) check() error {
	switch {
	case !o.Text.valid(MaxNomination):
		return textLength.Refuse("text", 1, MaxNomination)
	case len(o.Note) > MaxNote*bytesPerCharacter || !utf8.ValidString(o.Note):
		return textLength.Refuse("note", 0, MaxNote)
	case len(o.Link) > MaxLink || !utf8.ValidString(o.Link):
		return notALink.Refuse("link", MaxLink)
	}
	return nil
}

func (c EditNomination) check(s *State, e Entry) error {
	if err := s.checkHostInLobby(e.By); err != nil {
		return err
	}
	if s.nominations[c.ID] == nil && s.waiting[c.ID] == nil {
		return noSuchNomination.Refuse()
	}
	return s.checkOption(Option(c), c.ID)
}

func (c EditNomination) apply(s *State, _ Entry) Outcome {
	n := cmp.Or(s.nominations[c.ID], s.waiting[c.ID])
	if !slices.ContainsFunc(n.merged, func(m *nomination) bool { return m.text.Key == n.text.Key }) {
		delete(s.byKey, n.text.Key)
	}
	n.text, n.note, n.link = c.Text, c.Note, c.Link
	s.byKey[c.Text.Key] = c.ID
	return Outcome{Version: s.version}
}

func (c MergeNominations) check(s *State, e Entry) error {
	if err := s.checkHostInLobby(e.By); err != nil {
		return err
	}
	if s.nominations[c.Into] == nil {
		return noSuchNomination.Refuse()
	}
	if slices.Contains(c.IDs, c.Into) {
		return mergedIntoItself.Refuse()
	}
	return s.checkIDs(c.IDs, s.nominations)
}

func (c MergeNominations) apply(s *State, _ Entry) Outcome {
	into := s.nominations[c.Into]
	for _, id := range c.IDs {
		n := s.nominations[id]
		delete(s.nominations, id)
		s.counts(n, -1)
		into.merged = append(append(into.merged, n), n.merged...)
		n.merged = nil
	}
	for _, m := range into.merged {
		s.byKey[m.text.Key] = into.id
	}
	return Outcome{Version: s.version}
}

func (c UnmergeNomination) check(s *State, e Entry) error {
	if err := s.checkHostInLobby(e.By); err != nil {
		return err
	}
	switch n := s.nominations[c.ID]; {
	case n == nil:
		return noSuchNomination.Refuse()
	case len(n.merged) == 0:
		return nothingMerged.Refuse()
	case len(s.nominations)+len(s.waiting)+len(n.merged) > s.limits.Nominations:
		return tooManyNominations.Refuse(s.limits.Nominations)
	}
	return nil
}

func (c UnmergeNomination) apply(s *State, _ Entry) Outcome {
	n := s.nominations[c.ID]
	for _, m := range n.merged {
		if m.text.Key == n.text.Key {
			continue // it was edited to be the same
		}
		s.nominations[m.id] = m
		s.byKey[m.text.Key] = m.id
		s.counts(m, 1)
	}
	n.merged = nil
	return Outcome{Version: s.version}
}

// An Order is what options are listed by.
type Order string

// The orders that a host can ask for.
const (
	ByText   Order = "text"   // the alphabet's
	ByChance Order = "chance" // shuffled, once and for everybody
)

func (c OrderNominations) check(s *State, e Entry) error {
	if err := s.checkHostInLobby(e.By); err != nil {
		return err
	}
	switch c.By {
	case "":
		if len(c.IDs) != len(s.nominations) {
			return incompleteOrder.Refuse()
		}
		return s.checkIDs(c.IDs, s.nominations)
	case ByText:
		return nil
	case ByChance:
		if len(c.Seed) < minSeed || len(c.Seed) > maxSeed {
			return seedLength.Refuse("shuffle", minSeed, maxSeed)
		}
		return nil
	}
	return unknownOrder.Refuse()
}

// apply gives the places that the options have to the same options in another order.
func (c OrderNominations) apply(s *State, _ Entry) Outcome {
	before := s.ordered()
	places := make([]uint64, len(before))
	for i, n := range before {
		places[i] = n.order
	}
	for i, n := range c.sort(s, before) {
		n.order = places[i]
	}
	return Outcome{Version: s.version}
}

func (c OrderNominations) sort(s *State, all []*nomination) []*nomination {
	switch c.By {
	case ByText:
		return slices.SortedFunc(slices.Values(all), func(a, b *nomination) int { return cmp.Compare(a.text.Key, b.text.Key) })
	case ByChance:
		lots := make(map[NominationID][]byte, len(all))
		for _, n := range all {
			mac := hmac.New(sha256.New, c.Seed)
			mac.Write([]byte(n.id))
			lots[n.id] = mac.Sum(nil)
		}
		return slices.SortedFunc(maps.Values(s.nominations), func(a, b *nomination) int { return bytes.Compare(lots[a.id], lots[b.id]) })
	}
	sorted := make([]*nomination, len(c.IDs))
	for i, id := range c.IDs {
		sorted[i] = s.nominations[id]
	}
	return sorted
}

func (c LockNominations) check(s *State, e Entry) error { return s.checkHostInLobby(e.By) }

func (c LockNominations) apply(s *State, _ Entry) Outcome {
	s.locked = c.Locked
	return Outcome{Version: s.version}
}
