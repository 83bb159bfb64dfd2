package poll

import (
	"maps"
	"slices"
)

// BasePlaces are where, in the JSON of a [Base] for everybody, the view of one person has
// more than that of all others: their name, if it is not there yet, and their ballot. So a
// view that grows with the room is encoded once for all who are in it.
type BasePlaces struct {
	participants map[UserID]string
	names        int            // just inside the object of participants
	rankings     int            // just inside the object of rankings
	lists        map[UserID]int // just inside each person's list of rankings, which are empty
}

// A BaseOwn is what one person's view has beyond that of all. Its zero value is nothing.
type BaseOwn struct {
	ID     UserID // of a participant
	Name   string
	Ballot []NominationID // nil: none was cast
}

// An Insertion is a text that comes into another at an offset in bytes.
type Insertion struct {
	At   int
	Text string
}

// Encode returns the JSON of a view in which all lists of rankings are empty, and where one
// person's own view differs from it.
func (b *Base) Encode() ([]byte, *BasePlaces, error) {
	t := &BasePlaces{participants: b.Participants, lists: make(map[UserID]int, len(b.Rankings))}
	w := textWriter{}
	w.member(`{"id":`, b.ID)
	w.member(`,"topic":`, b.Topic)
	w.member(`,"votesPerVoter":`, b.VotesPerVoter)
	t.names = w.member(`,"participants":`, b.Participants) + 1
	w.member(`,"nominations":`, b.Nominations)
	w.data = append(w.data, `,"rankings":{`...)
	t.rankings = len(w.data)
	for i, id := range slices.Sorted(maps.Keys(b.Rankings)) {
		if i > 0 {
			w.data = append(w.data, ',')
		}
		w.member("", id)
		w.data = append(w.data, ":[]"...)
		t.lists[id] = len(w.data) - 1
	}
	w.member(`},"results":`, b.Results)
	w.member(`,"adminID":`, b.AdminID)
	w.member(`,"hasStarted":`, b.HasStarted)
	w.member(`,"expiresAt":`, b.ExpiresAt)
	return append(w.data, '}'), t, w.err
}

// A textWriter appends JSON, until the first error.
type textWriter struct {
	data []byte
	err  error
}

// member appends a name and a value, and returns where the value begins.
func (w *textWriter) member(name string, v any) (start int) {
	w.data = append(w.data, name...)
	start = len(w.data)
	data, err := encode(v)
	if w.err == nil {
		w.err = err
	}
	w.data = append(w.data, data...)
	return start
}

// Own returns what makes the view of all that of one person, the last in the text first.
// It is small, and the view may be a little older: then it gets what was cast since.
func (t *BasePlaces) Own(own BaseOwn) (all []Insertion, err error) {
	if own.ID == "" {
		return nil, nil
	}
	w := textWriter{}
	if list, voted := t.lists[own.ID]; own.Ballot != nil && voted {
		w.member("", own.Ballot)
		all = append(all, Insertion{list, string(w.data[1 : len(w.data)-1])})
	} else if own.Ballot != nil {
		w.member("", own.ID)
		w.member(":", own.Ballot)
		all = append(all, Insertion{t.rankings, w.first(len(t.lists))})
	}
	if _, known := t.participants[own.ID]; !known {
		w.data = nil
		w.member("", own.ID)
		w.member(":", own.Name)
		all = append(all, Insertion{t.names, w.first(len(t.participants))})
	}
	return all, w.err
}

// first returns what was written as the first member of an object that has others.
func (w *textWriter) first(others int) string {
	if others > 0 {
		w.data = append(w.data, ',')
	}
	return string(w.data)
}

// BaseOwn returns what the view of Base for one person has beyond that of all.
func (s *State) BaseOwn(id UserID) BaseOwn {
	if !s.IsParticipant(id) {
		return BaseOwn{}
	}
	p := s.people[id]
	own := BaseOwn{ID: id, Name: p.name}
	if p.ballot != nil {
		own.Ballot = s.rankingOf(p.ballot)
	}
	return own
}
