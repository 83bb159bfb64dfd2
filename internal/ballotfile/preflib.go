package ballotfile

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"

	"github.com/caucus-live/caucus/internal/tally"
)

// readPrefLib reads the orders of PrefLib (https://www.preflib.org/format): SOC and SOI,
// strict orders, complete or not, and TOC and TOI, orders with ties.
//
//	# TITLE: Council
//	# DATA TYPE: toi
//	# NUMBER ALTERNATIVES: 3
//	# NUMBER VOTERS: 35
//	# ALTERNATIVE NAME 1: Ada
//	28: 1,2
//	7: 3,{1,2}
//
// Alternatives may be numbered from 0 instead. In CAT, categories of alternatives, each in
// braces unless it is of one, are ranks, and the last category is those not ranked:
//
//	# NUMBER CATEGORIES: 2
//	# CATEGORY NAME 1: Yes
//	28: {1,2},3
//
// The older form is read too: the number of alternatives, a line "1,Ada" for each, a line
// of the numbers of voters, of votes and of different orders, and ballots "28,1,2".
//
// The type is the one that the file names, or else its name's extension. A file whose
// ballots are not of that type, or not as many as the voters it names, is refused.
func readPrefLib(s *source) (*File, error) {
	p := &prefLib{source: s, kind: strings.TrimPrefix(strings.ToLower(path.Ext(s.name)), ".")}
	if !isPrefLib(p.kind) {
		p.kind = ""
	}
	if err := p.read(); !errors.Is(err, io.EOF) {
		return nil, err
	}
	switch {
	case p.alternatives == 0:
		return nil, s.errorf(len(s.text), "The file does not say how many alternatives there are.")
	case p.kind == "cat" && p.categories == 0:
		return nil, s.errorf(len(s.text), "The file does not say how many categories there are: add a line # NUMBER CATEGORIES.")
	case len(p.names) != p.alternatives:
		return nil, s.errorf(len(s.text), "The number of alternatives is %d, that of names %d.", p.alternatives, len(p.names))
	case p.voters >= 0 && p.ballots.votes != p.voters*max(1, p.ballots.unit()):
		return nil, s.errorf(len(s.text), "The file speaks of %d voters, but has ballots of %s.", p.voters, decimal(p.ballots.votes, p.ballots.unit()))
	case p.voters < 0 && p.lines < p.orders:
		return nil, s.errorf(len(s.text), "The file speaks of %d orders, but has %d: if it was not cut off, write how many it has.", p.orders, p.lines)
	}
	if err := p.ballots.doubt(); err != nil {
		return nil, err
	}
	f := &File{
		Title: p.title, Names: p.names,
		Election: tally.Election{Options: slices.Clone(p.names), Ballots: p.ballots.Ballots(), Folded: true, Unit: p.ballots.unit()},
	}
	if p.kind == "cat" {
		f.Notes = append(f.Notes, fmt.Sprintf("Categories are ranks, and the last of the %d holds what is not ranked.", p.categories))
	}
	return f, nil
}

func isPrefLib(kind string) bool {
	return slices.Contains([]string{"soc", "soi", "toc", "toi", "cat"}, kind)
}

// A prefLib reads one file.
type prefLib struct {
	*source
	roster
	kind         string // soc, soi, toc, toi or cat; empty: not known
	title        string
	alternatives int
	zero         bool  // they are numbered from 0
	categories   int   // of a cat
	voters       int64 // -1: not known
	orders       int64 // how many lines of ballots there are; 0: not known
	lines        int64 // of them
	ballots      urn

	// The ballot being read, and where in the line its next byte is.
	ballot tally.Ballot
	at     int
}

// read reads to the end of the file, and returns io.EOF, or what is wrong before.
func (p *prefLib) read() error {
	p.voters = -1
	if err := p.next(); err != nil {
		return err
	}
	if !bytes.HasPrefix(bytes.TrimSpace(p.text), []byte("#")) {
		return p.readOld()
	}
	for {
		line := bytes.TrimSpace(p.text)
		var err error
		switch {
		case len(line) == 0:
		case line[0] == '#':
			err = p.header(string(line[1:]))
		default:
			err = p.readBallot(':')
		}
		if err == nil {
			err = p.next()
		}
		if err != nil {
			return err
		}
	}
}

// header reads what a line that begins with # says.
func (p *prefLib) header(line string) error {
	key, value, _ := strings.Cut(line, ":")
	key, value = strings.TrimSpace(key), strings.TrimSpace(value)
	if number, ok := strings.CutPrefix(key, "ALTERNATIVE NAME "); ok {
		return p.name([]byte(number), value)
	}
	switch key {
	case "TITLE":
		p.title = value
	case "DATA TYPE":
		if p.kind = strings.ToLower(value); !isPrefLib(p.kind) {
			return p.errorf(0, "Ballots are of the type soc, soi, toc, toi or cat, not %q.", value)
		}
	case "NUMBER ALTERNATIVES":
		return p.size([]byte(value))
	case "NUMBER CATEGORIES":
		n, ok := number([]byte(value))
		if !ok || n < 1 || n > tally.MaxOptions {
			return p.errorf(0, "The number of categories is from 1 to %d; %q is not.", tally.MaxOptions, value)
		}
		p.categories = int(n)
	case "NUMBER VOTERS":
		return p.sum([]byte(value))
	case "NUMBER UNIQUE ORDERS", "NUMBER UNIQUE PREFERENCES":
		p.orders, _ = number([]byte(value))
	}
	return nil
}

// readOld does as read, for a file of the older form at its first line.
func (p *prefLib) readOld() error {
	if err := p.size(bytes.TrimSpace(p.text)); err != nil {
		return err
	}
	for range p.alternatives {
		if err := p.next(); err != nil {
			return err
		}
		number, name, _ := bytes.Cut(p.text, []byte(","))
		if err := p.name(bytes.TrimSpace(number), string(bytes.TrimSpace(name))); err != nil {
			return err
		}
	}
	if err := p.next(); err != nil {
		return err
	}
	voters, _, _ := bytes.Cut(p.text, []byte(","))
	if err := p.sum(bytes.TrimSpace(voters)); err != nil {
		return err
	}
	for {
		if err := p.next(); err != nil {
			return err
		}
		if len(bytes.TrimSpace(p.text)) > 0 {
			if err := p.readBallot(','); err != nil {
				return err
			}
		}
	}
}

// size reads the number of alternatives.
func (p *prefLib) size(text []byte) error {
	n, ok := number(text)
	if !ok || n < 1 || n > tally.MaxOptions {
		return p.errorf(0, "The number of alternatives is from 1 to %d; %s is not.", tally.MaxOptions, quote(text))
	}
	p.alternatives = int(n)
	return nil
}

// sum reads the number of voters.
func (p *prefLib) sum(text []byte) error {
	n, ok := number(text)
	if !ok {
		return p.errorf(0, "The number of voters is a whole number, not %s.", quote(text))
	}
	p.voters = n
	return nil
}

// name reads the name of an alternative. They come in the order of their numbers.
func (p *prefLib) name(text []byte, name string) error {
	if len(p.names) == 0 && string(text) == "0" {
		p.zero = true
	}
	if n, ok := number(text); !ok || int(n) != len(p.names)+p.first() {
		return p.errorf(0, "Here should be the name of alternative %d, not of %s.", len(p.names)+p.first(), quote(text))
	}
	if complaint := p.add(name); complaint != "" {
		return p.errorf(0, "%s", complaint)
	}
	return nil
}

// first returns the number of the first alternative.
func (p *prefLib) first() int {
	if p.zero {
		return 0
	}
	return 1
}

// readBallot reads a ballot, whose weight ends with the separator.
func (p *prefLib) readBallot(separator byte) error {
	p.lines++
	i := bytes.IndexByte(p.text, separator)
	if i < 0 {
		return p.errorf(0, "A ballot is how many there are of it, %q, and its alternatives.", separator)
	}
	w, ok := parseWeight(bytes.TrimSpace(p.text[:i]))
	if !ok {
		return p.errorf(0, "A ballot begins with how many there are of it, such as 7 or 4.5; %s is not a number.", quote(p.text[:i]))
	}
	p.ballots.see(bytes.TrimSpace(p.text[:i]), func(format string, args ...any) error { return p.errorf(0, format, args...) })
	p.ballot = tally.Ballot{Ranking: p.ballot.Ranking[:0], Ranks: p.ballot.Ranks[:0]}
	p.at = i + 1
	if err := p.readRanking(); err != nil {
		return err
	}
	ranked := len(p.ballot.Ranking)
	switch {
	case strings.HasPrefix(p.kind, "s") && ranked > 0 && p.ballot.Ranks[ranked-1] != ranked:
		return p.errorf(0, "A ballot of the type %s has no ties.", p.kind)
	case p.kind == "cat" && ranked > 0 && p.ballot.Ranks[ranked-1] > p.categories:
		return p.errorf(0, "There are only %d categories.", p.categories)
	case strings.HasSuffix(p.kind, "c") && ranked != p.alternatives:
		return p.errorf(0, "A ballot of the type %s ranks all %d alternatives; this one ranks %d.", p.kind, p.alternatives, ranked)
	}
	if p.kind == "cat" {
		p.dropLast()
	}
	if complaint := p.ballots.add(p.ballot, w); complaint != "" {
		return p.errorf(0, "%s", complaint)
	}
	return nil
}

// dropLast takes the alternatives of the last category off the ballot.
func (p *prefLib) dropLast() {
	b := &p.ballot
	for n := len(b.Ranks); n > 0 && b.Ranks[n-1] == p.categories; n-- {
		b.Ranking, b.Ranks = b.Ranking[:n-1], b.Ranks[:n-1]
	}
}

// readRanking reads alternatives with commas between them, and ties in braces.
func (p *prefLib) readRanking() error {
	if p.skip(); p.at == len(p.text) {
		return nil
	}
	for rank := 1; ; rank++ {
		if !p.accept('{') {
			if err := p.alternative(rank); err != nil {
				return err
			}
		} else if !p.accept('}') {
			for more := true; more; more = p.accept(',') {
				if err := p.alternative(rank); err != nil {
					return err
				}
			}
			if !p.accept('}') {
				return p.errorf(p.at, "The brace is not closed here.")
			}
		} else if p.kind != "cat" { // in which a category may be empty
			return p.errorf(p.at-1, "There is nothing between these braces, which hold the alternatives that share a rank: leave the braces out.")
		}
		if !p.accept(',') {
			break
		}
	}
	if p.at < len(p.text) {
		return p.errorf(p.at, "Here should be a comma, not %s.", quote(p.text[p.at:]))
	}
	return nil
}

// alternative reads the number of an alternative, and puts it on the ballot.
func (p *prefLib) alternative(rank int) error {
	p.skip()
	start := p.at
	for p.at < len(p.text) && '0' <= p.text[p.at] && p.text[p.at] <= '9' {
		p.at++
	}
	if start == len(p.text) || start == p.at && bytes.IndexByte([]byte(",}"), p.text[p.at]) >= 0 {
		return p.errorf(start, "A number of an alternative, from %d to %d, is missing here.", p.first(), p.alternatives-1+p.first())
	}
	n, ok := number(p.text[start:p.at])
	n -= int64(p.first())
	if !ok || n < 0 || n >= int64(p.alternatives) {
		return p.errorf(start, "Here should be the number of an alternative, from %d to %d.", p.first(), p.alternatives-1+p.first())
	}
	if slices.Contains(p.ballot.Ranking, int(n)) {
		return p.errorf(start, "Alternative %d is twice on this ballot.", n+int64(p.first()))
	}
	p.ballot.Ranking = append(p.ballot.Ranking, int(n))
	p.ballot.Ranks = append(p.ballot.Ranks, rank)
	return nil
}

// accept goes past the character c and white space before it, if that is what follows.
func (p *prefLib) accept(c byte) bool {
	p.skip()
	if p.at == len(p.text) || p.text[p.at] != c {
		return false
	}
	p.at++
	return true
}

// skip goes past white space.
func (p *prefLib) skip() {
	for p.at < len(p.text) && (p.text[p.at] == ' ' || p.text[p.at] == '\t') {
		p.at++
	}
}
