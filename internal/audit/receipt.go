package audit

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/caucus-live/caucus/internal/poll"
)

// ReceiptFormat names the format of a Receipt.
const ReceiptFormat = "caucus-receipt-1"

// A Receipt is what a voter has kept of a poll: the opening that was shown when voting
// opened, and their ballot with its receipt. Either half may be missing.
type Receipt struct {
	Format  string              `json:"format"` // "caucus-receipt-1"
	Opening string              `json:"opening,omitempty"`
	Receipt string              `json:"receipt,omitempty"`
	Ranking []poll.NominationID `json:"ranking,omitempty"`
	Ranks   []int               `json:"ranks,omitempty"` // of each of Ranking; absent: each has its own
}

// maxReceipt is how large a file of a receipt may be, in bytes.
const maxReceipt = 1 << 20

// ReadReceipt reads a receipt's file. An error is a *[Fault], or comes from r.
func ReadReceipt(r io.Reader) (*Receipt, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxReceipt+1))
	if err != nil {
		return nil, err
	}
	kept, text := new(Receipt), bytes.TrimPrefix(data, []byte("\uFEFF"))
	if err := json.Unmarshal(text, kept); err != nil || len(data) > maxReceipt {
		return nil, faultf("This is not the file of a receipt.")
	}
	switch {
	case kept.Format != ReceiptFormat:
		return nil, faultf("The format of the receipt is %.40q; this program knows %q.", kept.Format, ReceiptFormat)
	case kept.Receipt == "" && len(kept.Ranking)+len(kept.Ranks) > 0:
		return nil, faultf("The file of the receipt has a ranking, but no receipt to find its ballot by.")
	case kept.Receipt == "" && kept.Opening == "":
		return nil, faultf("The file of the receipt has neither an opening nor a receipt, so there is nothing to compare.")
	}
	return kept, oneReading(text, kept)
}

// CheckReceipt compares what a voter has kept with an export that holds, and returns the
// place of their ballot in it, -1 if they kept none, or a *[Fault] for the first
// difference.
func CheckReceipt(e *poll.Export, kept *Receipt) (ballot int, err error) {
	if kept.Opening != "" {
		if err := sameOpening(kept.Opening, e.Opening()); err != nil {
			return -1, err
		}
	}
	if kept.Receipt == "" {
		return -1, nil
	}
	ballot = slices.IndexFunc(e.Ballots, func(b poll.ExportBallot) bool { return b.Receipt == kept.Receipt })
	if ballot < 0 {
		return -1, faultf("The export holds, but no ballot in it has the receipt %.80q.", kept.Receipt)
	}
	if counted := e.Ballots[ballot].Ranking; kept.Ranking != nil && !slices.Equal(kept.Ranking, counted) {
		place := 0
		for place < min(len(kept.Ranking), len(counted)) && kept.Ranking[place] == counted[place] {
			place++
		}
		return -1, faultf("The ballot with your receipt was changed: at place %d it has %s, where yours has %s.",
			place+1, at(counted, place), at(kept.Ranking, place))
	}
	was, is := kept.Ranks, ranks(&e.Ballots[ballot])
	if was == nil && kept.Ranking != nil {
		was = ranks(&poll.ExportBallot{Ranking: kept.Ranking})
	}
	if was != nil && !slices.Equal(was, is) {
		return -1, faultf("The ballot with your receipt was changed: its options have the ranks %v, where yours have %v.", is, was)
	}
	return ballot, nil
}

// ranks lists the rank of each option of a ballot.
func ranks(b *poll.ExportBallot) (all []int) {
	for i := range b.Ranking {
		all = append(all, b.Rank(i))
	}
	return all
}

func at(ranking []poll.NominationID, place int) string {
	if place >= len(ranking) {
		return "nothing"
	}
	return fmt.Sprintf("%.40q", ranking[place])
}

// sameOpening names the first line in which what was shown differs from the export.
func sameOpening(shown, exported string) error {
	a, b := strings.Split(shown, "\n"), strings.Split(exported, "\n")
	for i := range max(len(a), len(b)) {
		was, is := line(a, i), line(b, i)
		if was != is {
			return faultf("What was shown when voting opened is not what was counted: line %d said %.200q, and the export says %.200q.", i+1, was, is)
		}
	}
	return nil
}

func line(lines []string, i int) string {
	if i >= len(lines) {
		return ""
	}
	return lines[i]
}

// CheckCommitment checks that an export that holds is what a poll committed to when
// voting opened. It reports whether the commitment binds the topic, the settings and the
// texts of the options; those of the first version bound the draw's seed alone.
func CheckCommitment(e *poll.Export, commitment string) (whole bool, err error) {
	switch commitment = strings.ToLower(strings.TrimSpace(commitment)); commitment {
	case poll.CommitTo(e.Opening()):
		return true, nil
	case e.Commitment:
		return false, nil
	}
	return false, faultf("The commitment %.80q is not that of this export, which is %q: "+
		"the topic, the settings, an option or the seed is another than was shown when voting opened. A receipt's file says which.",
		commitment, poll.CommitTo(e.Opening()))
}
