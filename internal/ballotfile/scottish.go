package ballotfile

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"

	"github.com/caucus-live/caucus/internal/tally"
)

// Elections to Scottish councils are collected in public as CSV that has the parts of BLT:
// the numbers of candidates and seats, ballots with their number in front, and the names.
//
//	3,1,
//	28,1,2,
//	7,3,2,1,
//	"Candidate 1","Ada","Green (Gr)",
//	"Candidate 2","Bo","Labour (Lab)",
//	"Candidate 3","Cy","Independent (Ind)",
//	"Ward 1"
type scottish struct {
	*source
	roster
	remarks    []string
	candidates int64
	seats      int64
	title      string
	ballots    urn
}

// maxScottish is within how many bytes the names begin.
const maxScottish = 1 << 20

var (
	scottishFirst = regexp.MustCompile(`^[0-9]+,[0-9]+,*\n`)
	scottishNames = regexp.MustCompile(`\n"?Candidate 1"?,`)
)

// isScottish reports whether a table is one of these, and returns what to read it from.
func isScottish(r *bufio.Reader) (*bufio.Reader, bool) {
	if start, _ := r.Peek(32); !scottishFirst.Match(start) {
		return r, false
	}
	r = bufio.NewReaderSize(r, maxScottish)
	start, _ := r.Peek(maxScottish)
	return r, scottishNames.Match(start)
}

// readScottish reads an election to a Scottish council.
func readScottish(s *source) (*File, error) {
	x := &scottish{source: s}
	if err := x.read(); !errors.Is(err, io.EOF) {
		return nil, err
	}
	if int64(len(x.names)) != x.candidates {
		return nil, s.errorf(0, "The first line speaks of %d candidates, but the names are of %d.", x.candidates, len(x.names))
	}
	if err := x.ballots.doubt(); err != nil {
		return nil, err
	}
	return &File{
		Title: x.title, Names: x.names, Remarks: x.remarks,
		Election: tally.Election{
			Options: slices.Clone(x.names), Ballots: x.ballots.Ballots(), Folded: true, Unit: x.ballots.unit(), Seats: int(x.seats),
		},
		Notes: []string{"Rows of numbers are how many ballots there are of a kind, and its candidates, best first."},
	}, nil
}

// read reads to the end of the file, and returns io.EOF, or what is wrong before.
func (x *scottish) read() error {
	if err := x.next(); err != nil {
		return err
	}
	if err := x.first(); err != nil {
		return err
	}
	for {
		if err := x.next(); err != nil {
			return err
		}
		line := bytes.TrimRight(bytes.TrimSpace(x.text), ",")
		var err error
		switch {
		case len(line) == 0:
		case bytes.HasPrefix(bytes.TrimLeft(line, `"`), []byte("Candidate ")):
			err = x.candidate(line)
		case len(x.names) == 0:
			err = x.ballot(line)
		case x.title != "":
			err = x.errorf(0, "Behind the title should be nothing more.")
		default:
			x.title = string(bytes.Trim(line, `"`))
		}
		if err != nil {
			return err
		}
	}
}

// first reads the numbers of candidates and seats.
func (x *scottish) first() error {
	numbers := bytes.Split(bytes.TrimRight(x.text, ", "), []byte(","))
	x.candidates, _ = number(numbers[0])
	x.seats, _ = number(numbers[1])
	if x.candidates < 1 || x.candidates > tally.MaxOptions {
		return x.errorf(0, "The number of candidates is from 1 to %d; %s is not.", tally.MaxOptions, quote(numbers[0]))
	}
	if x.seats < 1 || x.seats > x.candidates {
		return x.errorf(len(numbers[0])+1, "The number of seats is from 1 to %d; %s is not.", x.candidates, quote(numbers[1]))
	}
	return nil
}

// ballot reads how many ballots there are of a kind, and its candidates.
func (x *scottish) ballot(line []byte) error {
	cells := bytes.Split(line, []byte(","))
	w, ok := parseWeight(cells[0])
	if !ok {
		return x.errorf(0, "A ballot begins with how many there are of it; %s is not a number.", quote(cells[0]))
	}
	x.ballots.see(cells[0], func(format string, args ...any) error { return x.errorf(0, format, args...) })
	at := len(cells[0]) + 1
	var b tally.Ballot
	for i, cell := range cells[1:] {
		n, ok := number(cell)
		switch {
		case !ok || n < 1 || n > x.candidates:
			return x.errorf(at, "Here should be the number of a candidate, from 1 to %d, not %s.", x.candidates, quote(cell))
		case slices.Contains(b.Ranking, int(n)-1):
			return x.errorf(at, "Candidate %d is twice on this ballot.", n)
		}
		b.Ranking, b.Ranks = append(b.Ranking, int(n)-1), append(b.Ranks, i+1)
		at += len(cell) + 1
	}
	if complaint := x.ballots.add(b, w); complaint != "" {
		return x.errorf(0, "%s", complaint)
	}
	return nil
}

// candidate reads the name of a candidate, and the party.
func (x *scottish) candidate(line []byte) error {
	r := csv.NewReader(bytes.NewReader(line))
	r.LazyQuotes, r.TrimLeadingSpace = true, true
	cells, err := r.Read()
	if err != nil || len(cells) < 2 || cells[0] != fmt.Sprintf("Candidate %d", len(x.names)+1) {
		return x.errorf(0, "Here should be the name of candidate %d, as in \"Candidate %[1]d\",\"Ada\",\"Green\".", len(x.names)+1)
	}
	if complaint := x.add(strings.TrimSpace(cells[1])); complaint != "" {
		return x.errorf(0, "%s", complaint)
	}
	x.remarks = append(x.remarks, strings.TrimSpace(strings.Join(cells[2:], ", ")))
	return nil
}
