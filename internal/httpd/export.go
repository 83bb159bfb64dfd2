package httpd

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/caucus-live/caucus/internal/ballotfile"
	"github.com/caucus-live/caucus/internal/live"
	"github.com/caucus-live/caucus/internal/poll"
)

// An exportFormat is a way to write a closed poll to a file.
type exportFormat struct {
	extension string
	mediaType string
	encode    func(*poll.Export) ([]byte, error)
}

// exportFormats are what GET /polls/{id}/export.* offer. The JSON has all that
// recounting needs; the others are for spreadsheets and counting programs.
var exportFormats = []exportFormat{
	{"json", "application/json; charset=utf-8", exportJSON},
	{"csv", "text/csv; charset=utf-8", exportCSV},
	{"blt", "text/plain; charset=utf-8", exportBLT},
}

// render is the rendering of GET /polls/{id}/export.*, one for each format.
func (f exportFormat) render(v live.View) (func() (*file, error), error) {
	e, err := v.State().Export()
	if err != nil {
		return nil, err
	}
	return func() (*file, error) {
		data, err := f.encode(e)
		doc := newDocument("export."+f.extension, f.mediaType, data)
		doc.disposition = fmt.Sprintf(`attachment; filename="caucus-%s.%s"`, e.ID, f.extension)
		return doc, err
	}, nil
}

func exportJSON(e *poll.Export) ([]byte, error) { return json.MarshalIndent(e, "", "\t") }

// exportCSV writes a ballot a row: its receipt, then the texts of its options, best first. Where
// that would leave out options, which nobody ranks, each has a column instead: Borda's points
// depend on how many options there are.
func exportCSV(e *poll.Export) ([]byte, error) {
	ranked := make(map[poll.NominationID]bool)
	for _, b := range e.Ballots {
		for _, id := range b.Ranking {
			ranked[id] = true
		}
	}
	if len(ranked) > 0 && (e.Settings.EqualRanks || len(ranked) < len(e.Nominations)) {
		return exportGrid(e, ranked)
	}
	header := []string{"receipt"}
	for rank := range e.Settings.VotesPerVoter {
		header = append(header, fmt.Sprintf("rank %d", rank+1))
	}
	texts := make(map[poll.NominationID]string, len(e.Nominations))
	for _, n := range e.Nominations {
		texts[n.ID] = ballotfile.Cell(n.Text)
	}
	rows := [][]string{header}
	for _, b := range e.Ballots {
		row := make([]string, len(header))
		row[0] = b.Receipt
		for rank, id := range b.Ranking {
			row[rank+1] = texts[id]
		}
		rows = append(rows, row)
	}
	return table(rows)
}

// exportGrid is exportCSV with a column for each option, and its rank in the cells. Options that
// somebody ranks come first: whoever reads the table knows by them what the others are.
func exportGrid(e *poll.Export, ranked map[poll.NominationID]bool) ([]byte, error) {
	header := []string{"receipt"}
	columns := make(map[poll.NominationID]int, len(e.Nominations))
	for _, somebody := range []bool{true, false} {
		for _, n := range e.Nominations {
			if ranked[n.ID] == somebody {
				columns[n.ID] = len(header)
				header = append(header, "Rank ["+ballotfile.Cell(n.Text)+"]")
			}
		}
	}
	rows := [][]string{header}
	for _, b := range e.Ballots {
		row := make([]string, len(header))
		row[0] = b.Receipt
		for i, id := range b.Ranking {
			row[columns[id]] = strconv.Itoa(b.Rank(i))
		}
		rows = append(rows, row)
	}
	return table(rows)
}

func table(rows [][]string) ([]byte, error) {
	out := *bytes.NewBufferString("\uFEFF") // without it spreadsheets take accents for something else
	err := csv.NewWriter(&out).WriteAll(rows)
	return out.Bytes(), err
}

// exportBLT writes the format of Hill, Wichmann and Woodall (1987), which counting
// programs read: sizes; a line a ballot, of its weight and its options by number;
// then the texts.
func exportBLT(e *poll.Export) ([]byte, error) {
	var out bytes.Buffer
	fmt.Fprintln(&out, len(e.Nominations), e.Settings.Seats)
	numbers := make(map[poll.NominationID]int, len(e.Nominations))
	for i, n := range e.Nominations {
		numbers[n.ID] = i + 1
	}
	for _, b := range e.Ballots {
		out.WriteString("1 ")
		for i, id := range b.Ranking {
			if i > 0 && b.Rank(i) == b.Rank(i-1) {
				out.Truncate(out.Len() - 1)
				out.WriteByte('=')
			}
			fmt.Fprintf(&out, "%d ", numbers[id])
		}
		out.WriteString("0\n")
	}
	out.WriteString("0\n")
	for _, n := range e.Nominations {
		fmt.Fprintln(&out, ballotfile.QuoteBLT(n.Text))
	}
	fmt.Fprintln(&out, ballotfile.QuoteBLT(e.Settings.Topic))
	return out.Bytes(), nil
}
