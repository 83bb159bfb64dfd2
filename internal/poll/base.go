package poll

// Base is a poll in the base contract's form. Every ranking is empty but that of
// the person it is made for.
type Base struct {
	ID            string                          `json:"id"`
	Topic         string                          `json:"topic"`
	VotesPerVoter int                             `json:"votesPerVoter"`
	Participants  map[UserID]string               `json:"participants"`
	Nominations   map[NominationID]BaseNomination `json:"nominations"`
	Rankings      map[UserID][]NominationID       `json:"rankings"`
	Results       []BaseResult                    `json:"results"` // empty until closed, never null
	AdminID       UserID                          `json:"adminID"`
	HasStarted    bool                            `json:"hasStarted"`
}

// A BaseNomination is an option in the base contract's form.
type BaseNomination struct {
	UserID UserID `json:"userID"`
	Text   string `json:"text"`
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
		Nominations:   make(map[NominationID]BaseNomination, len(s.nominations)),
		Rankings:      make(map[UserID][]NominationID, s.ballots),
		Results:       s.baseResults(),
		AdminID:       s.admin,
		HasStarted:    s.phase != Lobby,
	}
	for p := range s.joined() {
		b.Participants[p.id] = p.name
		switch {
		case p.ballot == nil:
		case p.id == id:
			b.Rankings[p.id] = s.rankingOf(p.ballot)
		case s.turnoutShown():
			b.Rankings[p.id] = []NominationID{}
		}
	}
	for _, n := range s.nominations {
		b.Nominations[n.id] = BaseNomination{UserID: n.by, Text: n.text.Text}
	}
	return b
}

// baseResults lists every nomination in the order of the poll's method.
func (s *State) baseResults() []BaseResult {
	results := []BaseResult{}
	if s.results == nil {
		return results
	}
	for _, standing := range s.results.Official.Order {
		id := NominationID(standing.Option)
		score, _ := standing.Figure.Rat().Float64() // for display; nothing is decided by it
		results = append(results, BaseResult{NominationID: id, NominationText: s.nominations[id].text.Text, Score: score})
	}
	return results
}
