package poll

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// Base is a poll in the base contract's form. Every ranking is empty but that of
// the person it is made for.
type Base struct {
	ID            string                    `json:"id"`
	Topic         string                    `json:"topic"`
	VotesPerVoter int                       `json:"votesPerVoter"`
	Participants  map[UserID]string         `json:"participants"`
	Nominations   BaseNominations           `json:"nominations"`
	Rankings      map[UserID][]NominationID `json:"rankings"`
	Results       []BaseResult              `json:"results"` // empty until closed and revealed, never null
	AdminID       UserID                    `json:"adminID"`
	HasStarted    bool                      `json:"hasStarted"`

	ExpiresAt time.Time `json:"expiresAt"` // beyond that contract: when the poll ends, and all tokens for it
}

// BaseNominations are the options in the order in which they were nominated. In JSON
// they are an object with a member for each, by id, in that order: clients of the
// base contract show them as they come.
//
//tsgen:type Record<NominationID, BaseNomination>
type BaseNominations []BaseNomination

// A BaseNomination is an option in the base contract's form.
type BaseNomination struct {
	ID     NominationID `json:"-"` // the name of the member
	UserID UserID       `json:"userID"`
	Text   string       `json:"text"`
}

// MarshalJSON implements [json.Marshaler].
func (n BaseNominations) MarshalJSON() ([]byte, error) {
	data := []byte{'{'}
	for i, nomination := range n {
		if i > 0 {
			data = append(data, ',')
		}
		id, err := encode(nomination.ID)
		if err != nil {
			return nil, err
		}
		body, err := encode(nomination)
		if err != nil {
			return nil, err
		}
		data = append(append(append(data, id...), ':'), body...)
	}
	return append(data, '}'), nil
}

// UnmarshalJSON implements [json.Unmarshaler].
func (n *BaseNominations) UnmarshalJSON(data []byte) error {
	tokens := json.NewDecoder(bytes.NewReader(data))
	if open, err := tokens.Token(); err != nil || open != json.Delim('{') {
		return errors.New("poll: nominations are an object")
	}
	*n = BaseNominations{}
	for tokens.More() {
		name, err := tokens.Token()
		if err != nil {
			return err
		}
		var nomination BaseNomination
		if err := tokens.Decode(&nomination); err != nil {
			return err
		}
		nomination.ID = NominationID(fmt.Sprint(name))
		*n = append(*n, nomination)
	}
	return nil
}

// A BaseResult is one line of a result in the base contract's form, in the
// order of the method.
type BaseResult struct {
	NominationID   NominationID `json:"nominationID"`
	NominationText string       `json:"nominationText"`
	Score          float64      `json:"score"`
}

// Base is the poll in the base contract's form, for the given participant, or with
// every ranking empty for "". Unlike the other views it grows with the room: that
// contract sends everybody's name to everybody.
func (s *State) Base(id UserID) *Base {
	b := &Base{
		ID:            s.id,
		Topic:         s.settings.Topic,
		VotesPerVoter: s.settings.VotesPerVoter,
		Participants:  make(map[UserID]string, s.participants),
		Nominations:   make(BaseNominations, 0, len(s.nominations)),
		Rankings:      make(map[UserID][]NominationID, s.ballots),
		Results:       s.baseResults(),
		AdminID:       s.admin,
		HasStarted:    s.phase != Lobby,
		ExpiresAt:     s.expires,
	}
	for p := range s.joined() {
		if p.spectates && p.id != id {
			continue // those clients take the participants for the voters
		}
		b.Participants[p.id] = p.name
		switch {
		case p.ballot == nil:
		case p.id == id:
			b.Rankings[p.id] = s.rankingOf(p.ballot)
		case s.turnoutShown():
			b.Rankings[p.id] = []NominationID{}
		}
	}
	for _, n := range s.ordered() {
		b.Nominations = append(b.Nominations, BaseNomination{ID: n.id, UserID: n.by, Text: n.text.Text})
	}
	return b
}

// BaseEnd is the last view that clients of the base contract are sent of a poll that is
// over for everybody: nobody takes part in it. They know of no other sign to leave by.
func (s *State) BaseEnd() *Base {
	b := s.Base("")
	b.Participants, b.Rankings = map[UserID]string{}, map[UserID][]NominationID{}
	return b
}

// baseResults lists every nomination in the order of the poll's method.
func (s *State) baseResults() []BaseResult {
	results := []BaseResult{}
	if !s.Revealed() {
		return results
	}
	for _, standing := range s.results.Official.Order {
		id := NominationID(standing.Option)
		score, _ := standing.Figure.Rat().Float64() // for display; nothing is decided by it
		results = append(results, BaseResult{NominationID: id, NominationText: s.nominations[id].text.Text, Score: score})
	}
	return results
}
