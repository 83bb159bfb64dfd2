package audit_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/caucus-live/caucus/internal/audit"
	"github.com/caucus-live/caucus/internal/audit/audittest"
	"github.com/caucus-live/caucus/internal/poll"
	"github.com/caucus-live/caucus/internal/tally"
)

// A file of the largest size is read, and one of a byte more is not.
func TestLargestFiles(t *testing.T) {
	text := encode(t, audittest.Export(t, tally.IRV, 3))
	receipt := []byte(`{"format":"` + audit.ReceiptFormat + `","receipt":"A"}`)
	receipt = append(receipt, bytes.Repeat([]byte(" "), 1<<20-len(receipt))...)
	for name, read := range map[string]func(more int) error{
		"export": func(more int) error {
			_, err := audit.ReadAtMost(int64(len(text)-more), bytes.NewReader(text))
			return err
		},
		"receipt": func(more int) error {
			_, err := audit.ReadReceipt(bytes.NewReader(append(receipt, bytes.Repeat([]byte(" "), more)...)))
			return err
		},
	} {
		if err := read(0); err != nil {
			t.Errorf("%s, as large as may be: %v", name, err)
		}
		if err := read(1); err == nil {
			t.Errorf("%s: one byte more was read", name)
		}
	}
}

// single is the export of a poll in which one person voted, for the first options of it.
func single(t *testing.T, p *audittest.Play, ranked int, ballot poll.Cast) *poll.Export {
	t.Helper()
	for _, n := range audittest.Export(t, tally.IRV, 0).Nominations[:ranked] { // it has the same ids
		ballot.Ranking = append(ballot.Ranking, n.ID)
	}
	ballot.Receipt = strings.Repeat("A", 26)
	p.Do(p.State.Admin(), ballot)
	p.Do(p.State.Admin(), poll.Close{})
	e, err := p.State.Export()
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func TestLengthOfReceipts(t *testing.T) {
	for length, want := range map[int]string{
		25: "which is not a receipt: they are 26 characters or more", 26: "", 64: "", 65: "which is not a receipt",
	} {
		e := single(t, audittest.Open(t, "ABC234", tally.IRV, 0), 3, poll.Cast{})
		e.Ballots[0].Receipt = strings.Repeat("A", length)
		if err := audit.Check(e); (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("a receipt of %d characters: %v, want %q", length, err, want)
		}
	}
}

// Where every ballot ranks all that it may, one that ranks fewer did not come from the poll.
func TestPartialBallots(t *testing.T) {
	for ranked, want := range map[int]string{
		0: "ballots[0] ranks 0 options, but in this poll every ballot ranks 3.",
		2: "ballots[0] ranks 2 options, but in this poll every ballot ranks 3.", 3: "",
	} {
		e := single(t, audittest.Open(t, "ABC234", tally.IRV, 0), ranked, poll.Cast{})
		if err := audit.Check(e); err != nil {
			t.Errorf("%d ranked: %v", ranked, err)
		}
		e.Settings.AllowPartial = false
		recommit(e)
		if err := audit.Check(e); (err == nil) != (want == "") || err != nil && err.Error() != want {
			t.Errorf("%d ranked, all required: %v, want %q", ranked, err, want)
		}
	}
}

// What was shown and what was counted differ in a line that one of them does not have.
func TestOpeningsOfOtherLengths(t *testing.T) {
	e := audittest.Export(t, tally.IRV, 3)
	opening := e.Opening()
	less := opening[:strings.LastIndex(strings.TrimSuffix(opening, "\n"), "\n")]
	for name, shown := range map[string]string{"a line less": less, "a line more": opening + "\nmore"} {
		_, err := audit.CheckReceipt(e, &audit.Receipt{Opening: shown})
		if err == nil || !strings.Contains(err.Error(), "What was shown when voting opened is not what was counted: line ") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
