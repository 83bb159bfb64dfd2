package ballotfile

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"

	"github.com/caucus-live/caucus/internal/tally"
)

// readBLT reads the format of Hill, Wichmann and Woodall ("Algorithm 123", 1987), which
// counting programs share:
//
//	4 2          options and seats
//	-3           options that have withdrawn, if any
//	28 1 2 4 0   a ballot: how many there are, options by number, best first, and 0
//	7 2 - 1=4 0  a rank left empty, and two options at one rank
//	0            no more ballots
//	"Ada"        a name for each option
//	"Council"    the title, and perhaps more texts, which are not read
//
// White space is free. Outside of names, # makes the rest of a line a comment.
func readBLT(s *source) (*File, error) {
	b := &blt{source: s}
	f, err := b.file()
	if errors.Is(err, io.EOF) {
		return nil, s.errorf(len(s.text), "The file ends too soon, without %s.", b.wanted)
	}
	return f, err
}

// A blt reads one file.
type blt struct {
	*source
	at, start int    // where the next token may begin in the line, and where the last one did
	wanted    string // what the file may not end without

	place   []int // by number, from 1: the option's index, or -1 if it has withdrawn
	ballots urn
	ballot  tally.Ballot // being read
	rank    int
}

func (b *blt) file() (*File, error) {
	b.wanted = "the numbers of options and of seats"
	options, err := b.size("options")
	if err != nil {
		return nil, err
	}
	seats, err := b.size("seats")
	if err != nil {
		return nil, err
	}
	b.wanted = "the 0 after the last ballot"
	b.place = make([]int, options+1)
	if err := b.readBallots(); err != nil {
		return nil, err
	}
	b.wanted = "a name for each option"
	names, err := b.names()
	if err != nil {
		return nil, err
	}
	title, err := b.quoted("the title")
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	return &File{
		Title: title, Names: names,
		Election: tally.Election{Options: slices.Clone(names), Ballots: b.ballots.Ballots(), Folded: true, Seats: seats},
	}, nil
}

// size reads how many of something there are.
func (b *blt) size(of string) (int, error) {
	token, err := b.token()
	if err != nil {
		return 0, err
	}
	n, ok := number(token)
	if !ok || n < 1 || n > tally.MaxOptions {
		return 0, b.fail("The number of %s is from 1 to %d; %s is not.", of, tally.MaxOptions, quote(token))
	}
	return int(n), nil
}

// readBallots reads the withdrawals, the ballots and the 0 after them.
func (b *blt) readBallots() error {
	token, err := b.token()
	for ; err == nil && token[0] == '-'; token, err = b.token() {
		option, err := b.option(token[1:])
		if err != nil {
			return err
		}
		b.place[option] = -1
	}
	next := 0
	for option := 1; option < len(b.place); option++ {
		if b.place[option] == 0 {
			b.place[option] = next
			next++
		}
	}
	for ; err == nil; token, err = b.token() {
		weight, ok := number(token)
		switch {
		case !ok:
			return b.fail("A ballot begins with how many there are of it, a whole number; %s is none.", quote(token))
		case weight == 0:
			return nil
		}
		if err := b.readBallot(weight); err != nil {
			return err
		}
	}
	return err
}

// readBallot reads what follows the weight of a ballot.
func (b *blt) readBallot(weight int64) error {
	b.ballot.Weight, b.rank = weight, 1
	b.ballot.Ranking, b.ballot.Ranks = b.ballot.Ranking[:0], b.ballot.Ranks[:0]
	for {
		token, err := b.token()
		if err != nil {
			return err
		}
		switch {
		case len(token) == 1 && token[0] == '0':
			if complaint := b.ballots.add(b.ballot); complaint != "" {
				return b.fail("%s", complaint)
			}
			return nil
		case len(token) == 1 && token[0] == '-':
			b.rank++
		default:
			if err := b.readRank(token); err != nil {
				return err
			}
		}
	}
}

// readRank reads the options at one rank. Those that have withdrawn take up no rank.
func (b *blt) readRank(token []byte) error {
	first := len(b.ballot.Ranking)
	for part := range bytes.SplitSeq(token, []byte("=")) {
		option, err := b.option(part)
		if err != nil {
			return err
		}
		place := b.place[option]
		if slices.Contains(b.ballot.Ranking[first:], place) {
			return b.fail("Option %d is twice at one rank.", option)
		}
		if place >= 0 {
			b.ballot.Ranking = append(b.ballot.Ranking, place)
			b.ballot.Ranks = append(b.ballot.Ranks, b.rank)
		}
	}
	if len(b.ballot.Ranking) > first {
		b.rank++
	}
	return nil
}

// option reads the number of an option.
func (b *blt) option(text []byte) (int, error) {
	n, ok := number(text)
	if !ok || n < 1 || int(n) >= len(b.place) {
		return 0, b.fail("Options are numbered from 1 to %d; %s is none.", len(b.place)-1, quote(text))
	}
	return int(n), nil
}

// names reads the names of all options, and returns those of whom nobody has withdrawn.
func (b *blt) names() ([]string, error) {
	var all, standing roster
	for _, place := range b.place[1:] {
		name, err := b.quoted("the name of an option")
		if err != nil {
			return nil, err
		}
		complaint := all.add(name)
		if complaint == "" && place >= 0 {
			complaint = standing.add(name)
		}
		if complaint != "" {
			return nil, b.fail("%s", complaint)
		}
	}
	return standing.names, nil
}

// quoted reads a text in quotation marks.
func (b *blt) quoted(what string) (string, error) {
	token, err := b.token()
	if err != nil {
		return "", err
	}
	if token[0] != '"' {
		return "", b.fail("Here should be %s in quotation marks, not %s.", what, quote(token))
	}
	return strings.TrimSpace(string(token[1 : len(token)-1])), nil
}

// token returns the next token, which is never empty.
func (b *blt) token() ([]byte, error) {
	for {
		for b.at < len(b.text) && (b.text[b.at] == ' ' || b.text[b.at] == '\t') {
			b.at++
		}
		if b.at < len(b.text) && b.text[b.at] != '#' {
			break
		}
		if err := b.next(); err != nil {
			return nil, err
		}
		b.at = 0
	}
	b.start = b.at
	rest := b.text[b.at:]
	end := bytes.IndexAny(rest, " \t#")
	if rest[0] == '"' {
		end = bytes.IndexByte(rest[1:], '"') + 2
		if end == 1 {
			return nil, b.fail("The quotation mark is not closed in this line.")
		}
	}
	if end < 0 {
		end = len(rest)
	}
	b.at += end
	return rest[:end], nil
}

// fail is what is wrong with the last token.
func (b *blt) fail(format string, args ...any) error { return b.errorf(b.start, format, args...) }
