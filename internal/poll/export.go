package poll

import (
	"bytes"
	"cmp"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"time"

	"github.com/caucus-live/caucus/internal/tally"
)

// ExportFormat names the format of an Export.
const ExportFormat = "caucus-poll-1"

// An Export is a closed poll for the public: enough to recount it, and nothing
// that tells who voted how. Ballots are shuffled by the seed.
type Export struct {
	Format      string             `json:"format"` // "caucus-poll-1"
	ID          string             `json:"id"`
	Settings    Settings           `json:"settings"`
	Nominations []ExportNomination `json:"nominations"` // in their order
	Ballots     []ExportBallot     `json:"ballots"`
	Committed   string             `json:"commitment,omitempty"` // to the opening; absent in polls of the first version
	Commitment  string             `json:"seedCommitment"`
	Seed        string             `json:"seed"`
	Expires     time.Time          `json:"expiresAt,omitzero"` // of the poll on its server
	Results     *Results           `json:"results"`
}

// An ExportNomination is an option in an Export.
type ExportNomination struct {
	ID   NominationID `json:"id"`
	Text string       `json:"text"`
}

// An ExportBallot is a ballot in an Export, with the receipt that only its voter
// was given.
type ExportBallot struct {
	Receipt string         `json:"receipt"`
	Ranking []NominationID `json:"ranking"`
	Ranks   []int          `json:"ranks,omitempty"` // of each of them, from 1 without a gap; absent: each has its own
}

// Rank is the rank of the option i of the ranking, from 1.
func (b *ExportBallot) Rank(i int) int {
	if b.Ranks == nil {
		return i + 1
	}
	return b.Ranks[i]
}

// Export is the poll for the public. Until the poll is closed and its result revealed
// it does not exist, and the *Error has the code WrongPhase.
//
// Ballots are in the order of HMAC-SHA256(seed, receipt), which says nothing of when
// they were cast or by whom.
func (s *State) Export() (*Export, error) {
	if s.phase != Closed {
		return nil, ballotsBeforeClose.Refuse()
	}
	if !s.Revealed() {
		return nil, ballotsBeforeReveal.Refuse()
	}
	e := &Export{
		Format:      ExportFormat,
		ID:          s.id,
		Settings:    s.settings,
		Nominations: s.exported(),
		Ballots:     s.shuffled(),
		Committed:   s.commitment(),
		Commitment:  tally.Commit(s.seed),
		Seed:        hex.EncodeToString(s.seed),
		Results:     s.results,
	}
	if s.rules > 0 { // an export of the first version stays what it was
		e.Expires = s.expires
	}
	return e, nil
}

func (s *State) shuffled() []ExportBallot {
	type lot struct {
		place  []byte
		ballot ExportBallot
	}
	lots := make([]lot, 0, s.ballots)
	mac := hmac.New(sha256.New, s.seed)
	for b := range s.cast() {
		mac.Reset()
		mac.Write([]byte(b.Receipt))
		lots = append(lots, lot{mac.Sum(nil), ExportBallot{Receipt: b.Receipt, Ranking: s.rankingOf(b), Ranks: b.rankList()}})
	}
	slices.SortFunc(lots, func(a, b lot) int {
		return cmp.Or(bytes.Compare(a.place, b.place), slices.Compare(a.ballot.Ranking, b.ballot.Ranking), slices.Compare(a.ballot.Ranks, b.ballot.Ranks))
	})
	ballots := make([]ExportBallot, len(lots))
	for i, l := range lots {
		ballots[i] = l.ballot
	}
	return ballots
}
